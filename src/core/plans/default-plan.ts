/** Which plan new customers get, and what must hold of it. */
import { invalidField } from "../errors.ts";
import type { PlanDefinition, PlanVersion } from "./plan.ts";

/** The oldest plan of tier `free`; null: there is none. */
export function defaultPlanOf(plans: readonly PlanVersion[]): PlanVersion | null {
  return plans
    .filter(({ definition }) => definition.tier === "free")
    .reduce<PlanVersion | null>(
      (oldest, plan) => (oldest !== null && oldest.planId < plan.planId ? oldest : plan),
      null,
    );
}

/**
 * Refuses (`invalid_request`) plans among which new customers would find none, or one that costs. `plans` are all that
 * will be in force, oldest first: the oldest of tier `free` is the default one.
 */
export function requireFreeDefault(plans: readonly PlanDefinition[]): void {
  const free = plans.find(({ tier }) => tier === "free");
  if (free === undefined) {
    throw invalidField("tier", "one plan must be of tier free: it is what new customers get.");
  }
  if (free.priceMonthly === 0n && free.priceYearly === 0n) return;
  throw invalidField(
    "price",
    `must be "0" of plan ${free.slug}: as the oldest of tier free it is the one that new customers get unasked.`,
  );
}
