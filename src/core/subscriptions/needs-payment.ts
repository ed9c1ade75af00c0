/** Which wishes of a customer's own cost more than what they have, so that a payment must come first. */
import type { PlanVersion } from "../plans/plan.ts";
import type { Action } from "./action.ts";
import { changeType } from "./step.ts";
import type { BillingCycle, OpenSubscription } from "./subscription.ts";

/** A free plan is anybody's, and so is a plan that is no more than the present one on the same or the shorter cycle. */
export function needsPayment(before: OpenSubscription | null, action: Action): boolean {
  switch (action.kind) {
    case "subscribe":
    case "change_plan":
      return costsMore(before, action);
    case "resume":
      // A trial that is to end may have been given on that condition.
      return before?.status === "trialing" && before.scheduled?.kind === "cancel"
        ? !isFree(before.plan)
        : false;
    case "cancel":
    case "pause":
    case "payment_failed":
    case "payment_received":
    case "migrate":
      return false;
  }
}

export function isFree({ definition }: PlanVersion): boolean {
  return definition.priceMonthly === 0n && definition.priceYearly === 0n;
}

function costsMore(
  before: OpenSubscription | null,
  wanted: { readonly plan: PlanVersion; readonly cycle: BillingCycle | null },
): boolean {
  if (isFree(wanted.plan)) return false;
  if (before === null || before.status === "expired" || before.status === "paused") return true;
  if (before.status === "trialing" && before.scheduled?.kind === "cancel") return true;
  if (wanted.cycle === "yearly" && before.cycle === "monthly") return true;
  const { definition: from } = before.plan;
  const { definition: to } = wanted.plan;
  const isDearer = to.priceMonthly > from.priceMonthly || to.priceYearly > from.priceYearly;
  return isDearer || changeType({ from: before.plan, to: wanted.plan }) === "upgrade";
}
