/** What holds of a subscription now and what comes next, in sentences. */
import { exactTime, fullDay, money } from "../../parts/format.ts";
import type { Cycle, OfferedPlan, OwnSubscription, Subscription } from "./plan-queries.ts";

export function priceOf(
  plan: Pick<OfferedPlan, "price_monthly" | "price_yearly">,
  cycle: Cycle,
): string {
  const price = cycle === "yearly" ? plan.price_yearly : plan.price_monthly;
  return `${money(price)} a ${cycle === "yearly" ? "year" : "month"}`;
}

/** The plan that holds where there is no subscription: the first free one. */
export function defaultPlan(plans: readonly OfferedPlan[]): OfferedPlan | undefined {
  return plans.find(({ tier }) => tier === "free");
}

export function defaultPlanName(plans: readonly OfferedPlan[]): string {
  return defaultPlan(plans)?.name ?? "the default plan";
}

export function statusWord(subscription: Subscription | null): string {
  switch (subscription?.status) {
    case undefined:
      return "no subscription";
    case "trialing":
      return "on trial";
    case "active":
      return subscription?.cancel_at_period_end === true ? "ends soon" : "active";
    case "past_due":
      return "a payment is missing";
    case "paused":
      return "paused";
    case "canceled":
      return "ended";
    case "expired":
      return "expired";
  }
}

/** What the end of the period brings, or what is wrong; whole sentences. */
export function nextWords({ subscription, plan }: OwnSubscription, defaultName: string): string {
  if (subscription === null) {
    return `You have no subscription, so ${plan.name} holds. Its limits start anew with each usage period.`;
  }
  const end = exactTime(subscription.current_period_end);
  const name = subscription.plan.name;
  switch (subscription.status) {
    case "expired":
      return "A payment did not come, so calls are refused. Subscribe to a plan to go on.";
    case "paused":
      return `${name} is paused. Until it goes on, ${plan.name} holds and nothing renews.`;
    case "canceled":
      return `${name} has ended.`;
    case "past_due":
      return `A payment is missing. Without it, calls are refused from ${exactTime(subscription.grace_until ?? end)} on.`;
    case "trialing":
    case "active":
      return runningWords(subscription, end, defaultName);
  }
}

function runningWords(subscription: Subscription, end: string, defaultName: string): string {
  const { scheduled_change: change, cancel_at_period_end: isEnding, plan } = subscription;
  if (change !== undefined) {
    return `From ${exactTime(change.at)} on the plan is ${change.plan.name}, billed ${change.billing_cycle}.`;
  }
  if (isEnding) return `${plan.name} ends on ${end}. From then on ${defaultName} holds.`;
  return subscription.status === "trialing"
    ? `The trial ends on ${end}; then the first paid period begins.`
    : `It renews by itself on ${end}.`;
}

/** What a finished change has brought. */
export function changedWords(before: Subscription | null, after: Subscription | null): string {
  if (after === null || after.status === "canceled") {
    return `${before?.plan.name ?? "The subscription"} has ended.`;
  }
  const { plan, scheduled_change: change, cancel_at_period_end: isEnding } = after;
  if (change !== undefined) {
    return `${plan.name} stays until ${fullDay(change.at)}; then it is ${change.plan.name}, billed ${change.billing_cycle}.`;
  }
  if (isEnding) return `${plan.name} ends on ${fullDay(after.current_period_end)}, and not before.`;
  if (before !== null && before.plan.id === plan.id && before.billing_cycle === after.billing_cycle)
    return `${plan.name} goes on, and renews on ${fullDay(after.current_period_end)}.`;
  return `You are on ${plan.name} now, billed ${after.billing_cycle}, until ${fullDay(after.current_period_end)}.`;
}
