/** A customer's subscription as a union of its states; without one they are on the default plan. */
import { type Instant, nearestInstant } from "../instant.ts";
import type { Period } from "../periods/period.ts";
import type { PlanVersion } from "../plans/plan.ts";

export type BillingCycle = "monthly" | "yearly";

export interface SubscriptionTerms {
  readonly plan: PlanVersion;
  readonly cycle: BillingCycle;
  /** Paid periods count from here, each boundary from this one instant. */
  readonly billingAnchor: Instant;
  /** The present paid period, or the trial. */
  readonly period: Period;
  /** How many paid periods began after the first one. */
  readonly renewalCount: number;
  readonly createdAt: Instant;
}

/** What happens at the end of the present period instead of a renewal; `at` is that end. */
export type Scheduled =
  | {
      readonly kind: "change";
      readonly plan: PlanVersion;
      readonly cycle: BillingCycle;
      readonly at: Instant;
    }
  | { readonly kind: "cancel"; readonly at: Instant };

interface MayBeScheduled {
  readonly scheduled: Scheduled | null;
}

export type Trialing = SubscriptionTerms & MayBeScheduled & { readonly status: "trialing" };
export type Active = SubscriptionTerms & MayBeScheduled & { readonly status: "active" };
/** A payment is missing; the plan is kept until `graceUntil`. */
export type PastDue = SubscriptionTerms &
  MayBeScheduled & { readonly status: "past_due"; readonly graceUntil: Instant };
/** The default plan holds, and nothing renews. */
export type Paused = SubscriptionTerms &
  MayBeScheduled & { readonly status: "paused"; readonly pausedAt: Instant };
/** The grace time is over: calls are refused. Nothing renews. */
export type Expired = SubscriptionTerms & { readonly status: "expired" };
export type Canceled = SubscriptionTerms & {
  readonly status: "canceled";
  readonly endedAt: Instant;
};

export type OpenSubscription = Trialing | Active | PastDue | Paused | Expired;
export type Subscription = OpenSubscription | Canceled;

const END_OF_TIME = nearestInstant(Number.MAX_SAFE_INTEGER);

/** When the clock next changes something of it; null: never. */
export function dueAt(of: Subscription): Instant | null {
  switch (of.status) {
    case "trialing":
    case "active":
      return beforeTheEnd(of.period.end);
    case "past_due":
      return beforeTheEnd(of.graceUntil < of.period.end ? of.graceUntil : of.period.end);
    case "paused":
      return of.scheduled === null ? null : beforeTheEnd(of.scheduled.at);
    case "expired":
    case "canceled":
      return null;
  }
}

export function scheduledOf(of: Subscription): Scheduled | null {
  return of.status === "expired" || of.status === "canceled" ? null : of.scheduled;
}

/** Its terms, without what its present state adds. */
export function termsOf(of: Subscription): SubscriptionTerms {
  const { plan, cycle, billingAnchor, period, renewalCount, createdAt } = of;
  return { plan, cycle, billingAnchor, period, renewalCount, createdAt };
}

/** The last instant that can be written has no period after it. */
function beforeTheEnd(at: Instant): Instant | null {
  return at >= END_OF_TIME ? null : at;
}
