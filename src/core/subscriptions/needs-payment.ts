/** Which wishes of a customer's own cost more than what they have, so that a payment must come first. */
import type { PlanVersion } from "../plans/plan.ts";
import type { Action } from "./action.ts";
import { changeType } from "./step.ts";
import type { BillingCycle, OpenSubscription, Trialing } from "./subscription.ts";

/** A free plan is anybody's, and so is a plan that is no more than the present one on the same or the shorter cycle. */
export function needsPayment(before: OpenSubscription | null, action: Action): boolean {
  switch (action.kind) {
    case "subscribe":
    case "change_plan":
      return costsMore(before, action);
    case "resume":
      return before?.status === "trialing" && outlastsTrial(before, before.plan);
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
  if (before.status === "trialing" && outlastsTrial(before, wanted.plan)) return true;
  if (wanted.cycle === "yearly" && before.cycle === "monthly") return true;
  return isMore({ from: before.plan, to: wanted.plan });
}

/** A trial may have been given on condition that less follows it, so nothing more than what is to follow is free. */
function outlastsTrial(before: Trialing, wanted: PlanVersion): boolean {
  const { scheduled } = before;
  if (scheduled === null || isFree(wanted)) return false;
  return scheduled.kind === "cancel" || isMore({ from: scheduled.plan, to: wanted });
}

function isMore(change: { from: PlanVersion; to: PlanVersion }): boolean {
  const [from, to] = [change.from.definition, change.to.definition];
  const isDearer = to.priceMonthly > from.priceMonthly || to.priceYearly > from.priceYearly;
  return isDearer || changeType(change) === "upgrade";
}
