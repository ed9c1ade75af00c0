/** Finds the plan that would let a refused call through. */
import type { Limit } from "../limits/limit.ts";
import { includesProvider, type PlanDefinition, type PlanVersion } from "./plan.ts";

/** What the current plan was short of: more of what a limit counts, or a provider. */
export type UpgradeNeed = { readonly limit: Limit } | { readonly provider: string };

/** The cheapest plan on offer, not cheaper than the current one, that has what is needed; null where none has. */
export function upgradeFor(
  need: UpgradeNeed,
  current: PlanDefinition,
  plans: readonly PlanVersion[],
): PlanVersion | null {
  const better = plans
    .filter(({ definition }) => definition.slug !== current.slug && !definition.hidden)
    .filter(({ definition }) => definition.priceMonthly >= current.priceMonthly)
    .filter(({ definition }) => meets(definition, need))
    .sort((a, b) => compare(a.definition.priceMonthly, b.definition.priceMonthly));
  return better[0] ?? null;
}

function meets(plan: PlanDefinition, need: UpgradeNeed): boolean {
  if ("provider" in need) return includesProvider(plan, need.provider);
  const { limit } = need;
  if (limit.provider !== undefined && !includesProvider(plan, limit.provider)) return false;
  return plan.limits.every((other) => !binds(other, limit) || isHigher(other, limit));
}

/** Would that limit stand in the way of the same calls in the same window? Of a soft one, a soft one does too. */
function binds(other: Limit, limit: Limit): boolean {
  return (
    (other.atCap === "deny" || limit.atCap === "allow") &&
    other.meter === limit.meter &&
    other.per === limit.per &&
    (other.provider === undefined || other.provider === limit.provider) &&
    (other.model === undefined || other.model === limit.model) &&
    (other.operation === undefined || other.operation === limit.operation)
  );
}

function isHigher(other: Limit, limit: Limit): boolean {
  if (other.cap.kind === "unlimited") return true;
  return limit.cap.kind === "atMost" && other.cap.amount > limit.cap.amount;
}

function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
