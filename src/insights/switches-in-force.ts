/** The features that are switched on for a customer now. */
import type { PlanVersion } from "../core/plans/plan.ts";
import { switchesOf } from "../core/plans/switches.ts";
import type { PlanInForce } from "./read-plan.ts";

/** Every switch of any plan of `plans`; all are off while a subscription is expired. */
export function switchesInForce(
  { plan, isExpired }: PlanInForce,
  plans: readonly PlanVersion[],
): Record<string, boolean> {
  return switchesOf(
    isExpired ? null : plan.definition,
    plans.map(({ definition }) => definition),
  );
}
