/** What is said of a change of a customer's subscription. */
import { dateWords } from "../amount-words.ts";
import { parseInstant } from "../instant.ts";
import type { SubscriptionJson } from "../subscriptions/subscription-json.ts";
import type { AlertReading, AlertWords } from "./alert-words.ts";
import { capital } from "./sentences.ts";

/** `change`: of the log of changes, such as `renew`. `subscription` null: none is left. */
export function subscriptionWords(
  { change, subscription }: { change: string; subscription: SubscriptionJson | null },
  of: Pick<AlertReading, "reader" | "timeZone" | "who">,
): AlertWords {
  const whose = of.reader === "customer" ? "your" : `customer ${of.who ?? "unknown"}'s`;
  const title = titleOf(change);
  if (subscription === null) return { title, message: `${capital(whose)} subscription has ended.` };
  const { plan, billing_cycle: cycle } = subscription;
  const state = stateWords(subscription);
  return {
    title:
      of.reader === "operator" && of.who !== undefined ? `${title} (customer ${of.who})` : title,
    message: `${capital(whose)} subscription to ${plan.name}, ${cycle}, ${state}.`,
    ...nextOf(subscription, of.timeZone),
  };
}

const TITLES: Readonly<Record<string, string>> = {
  subscribe: "A new subscription",
  change_plan: "The plan has changed",
  schedule_change: "A change of plan is scheduled",
  schedule_cancel: "The subscription ends with its period",
  unschedule: "A scheduled change was taken back",
  cancel: "The subscription has ended",
  pause: "The subscription is paused",
  resume: "The subscription goes on",
  payment_failed: "A payment is missing",
  payment_received: "A payment has arrived",
  migrate: "The plan has a new version",
  renew: "The subscription is renewed",
  trial_end: "The trial is over",
  expire: "The subscription has expired",
};

function titleOf(change: string): string {
  return TITLES[change] ?? "The subscription has changed";
}

function stateWords({ status }: SubscriptionJson): string {
  switch (status) {
    case "trialing":
      return "is on trial";
    case "active":
      return "is active";
    case "past_due":
      return "lacks a payment";
    case "paused":
      return "is paused";
    case "canceled":
      return "has ended";
    case "expired":
      return "has expired";
  }
}

function nextOf(subscription: SubscriptionJson, timeZone: string): { next?: string } {
  const day = (text: string): string => dateWords(parseInstant(text, "at"), timeZone);
  const { scheduled_change: change, grace_until: grace, current_period_end: end } = subscription;
  if (grace !== undefined)
    return { next: `Without the payment, calls are refused from ${day(grace)} on.` };
  if (change !== undefined) {
    return {
      next: `From ${day(change.at)} on the plan is ${change.plan.name}, ${change.billing_cycle}.`,
    };
  }
  if (subscription.cancel_at_period_end) return { next: `It ends on ${day(end)}.` };
  return subscription.auto_renew ? { next: `It renews on ${day(end)}.` } : {};
}
