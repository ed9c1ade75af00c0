/** Says whether a plan's caps would have held what was used. */
import { usedOf } from "../limits/used-of.ts";
import { includesProvider, type PlanDefinition } from "../plans/plan.ts";
import type { ScopedAmounts } from "./recommendation.ts";

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
    return usedOf(limit, sums) <= limit.cap.amount;
  });
}
