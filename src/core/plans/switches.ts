/** Features as switches: which ones there are, and which of them a plan turns on. */
import type { PlanDefinition } from "./plan.ts";

/**
 * Every switch of any plan, by name in alphabetical order, and whether `plan` turns it on. null: no plan counts now
 * (its payment did not come), so all are off.
 */
export function switchesOf(
  plan: PlanDefinition | null,
  plans: readonly PlanDefinition[],
): Record<string, boolean> {
  const on = new Set(plan?.switches ?? []);
  const names = new Set([...plans.flatMap(({ switches }) => switches), ...on]);
  return Object.fromEntries([...names].sort().map((name) => [name, on.has(name)]));
}
