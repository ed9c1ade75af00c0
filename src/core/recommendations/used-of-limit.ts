/** Adds up what a limit counts, and says whether a plan's caps would have held it. */
import { covers, type Limit } from "../limits/limit.ts";
import { includesProvider, type PlanDefinition } from "../plans/plan.ts";
import type { ScopedAmounts } from "./recommendation.ts";

/** In the unit of the limit's meter. */
export function usedOfLimit(
  limit: Pick<Limit, "meter" | "provider" | "model" | "operation">,
  sums: readonly ScopedAmounts[],
): bigint {
  return sums.reduce(
    (used, { scope, amounts }) => (covers(limit, scope) ? used + amounts[limit.meter] : used),
    0n,
  );
}

/** Would this plan have let all of one period through? Its shorter windows are not looked at. */
export function wouldHold(plan: PlanDefinition, sums: readonly ScopedAmounts[]): boolean {
  const isUsed = ({ amounts }: ScopedAmounts) => amounts.calls > 0n || amounts.cost > 0n;
  const hasProviders = sums
    .filter(isUsed)
    .every(({ scope }) => includesProvider(plan, scope.provider));
  if (!hasProviders) return false;
  return plan.limits.every((limit) => {
    const isLooked = limit.per === "period" || limit.per === "month";
    if (!isLooked || limit.atCap === "allow" || limit.cap.kind === "unlimited") return true;
    return usedOfLimit(limit, sums) <= limit.cap.amount;
  });
}
