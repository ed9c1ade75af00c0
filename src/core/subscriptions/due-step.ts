/** What the clock does to a subscription: renewals, scheduled changes, the ends of trials, of grace and of cancelled ones. */
import type { Instant } from "../instant.ts";
import { anchorFrom, paidPeriodAt } from "./paid-period.ts";
import { renewalOf, type Step } from "./step.ts";
import {
  type Active,
  type Canceled,
  dueAt,
  type OpenSubscription,
  type PastDue,
  type Paused,
  type Subscription,
  type SubscriptionTerms,
  type Trialing,
  termsOf,
} from "./subscription.ts";

/** The first thing that is due by `now`, or null. Each boundary is a step of its own, so none is passed over. */
export function dueStep(before: OpenSubscription, now: Instant): Step | null {
  const at = dueAt(before);
  if (at === null || at > now) return null;
  switch (before.status) {
    case "trialing":
      return boundaryStep(before, at);
    case "active":
      return boundaryStep(before, at);
    case "past_due":
      // Both at once: what is not paid by then is expired.
      return before.graceUntil <= at ? expire(before, at) : boundaryStep(before, at);
    case "paused":
      return whilePaused(before, at);
    case "expired":
      return null;
  }
}

/** The subscription as it is at `now`, whether the job has run or not; null: it has ended. */
export function asOf(before: OpenSubscription, now: Instant): OpenSubscription | null {
  let current: Subscription = before;
  for (;;) {
    if (current.status === "canceled") return null;
    const step: Step | null = dueStep(current, now);
    if (step === null) return current;
    current = step.after;
  }
}

export function canceledAt(before: SubscriptionTerms & Subscription, at: Instant): Canceled {
  return { ...termsOf(before), status: "canceled", endedAt: at };
}

function boundaryStep(before: Trialing | Active | PastDue, at: Instant): Step {
  const { scheduled } = before;
  if (scheduled?.kind === "cancel") {
    return { kind: "cancel", at, after: canceledAt(before, at), begins: false, renewal: null };
  }
  const { plan, cycle } = scheduled ?? before;
  // The first paid period begins where the trial ends.
  const anchor = before.status === "trialing" ? at : anchorFrom(before.billingAnchor, cycle, at);
  const terms: SubscriptionTerms = {
    plan,
    cycle,
    billingAnchor: anchor,
    period: paidPeriodAt(anchor, cycle, at),
    renewalCount: before.renewalCount + 1,
    createdAt: before.createdAt,
  };
  const after: Active | PastDue =
    before.status === "past_due"
      ? { ...terms, status: "past_due", graceUntil: before.graceUntil, scheduled: null }
      : { ...terms, status: "active", scheduled: null };
  const kind = before.status === "trialing" ? "trial_end" : "renew";
  return {
    kind: scheduled === null ? kind : "change_plan",
    at,
    after,
    begins: false,
    renewal: renewalOf(before, after),
  };
}

function expire(before: PastDue, at: Instant): Step {
  const after: Subscription = { ...termsOf(before), status: "expired" };
  return { kind: "expire", at, after, begins: false, renewal: null };
}

/** What was asked for before the pause still comes; no period begins. */
function whilePaused(before: Paused, at: Instant): Step | null {
  const { scheduled } = before;
  if (scheduled === null) return null;
  if (scheduled.kind === "cancel") {
    return { kind: "cancel", at, after: canceledAt(before, at), begins: false, renewal: null };
  }
  const { plan, cycle } = scheduled;
  const billingAnchor = anchorFrom(before.billingAnchor, cycle, at);
  const after: Paused = { ...before, plan, cycle, billingAnchor, scheduled: null };
  return { kind: "change_plan", at, after, begins: false, renewal: null };
}
