/** One change of a subscription: what it is after it, and the row that a period's beginning leaves behind. */
import type { Instant } from "../instant.ts";
import type { Period } from "../periods/period.ts";
import { type PlanVersion, TIERS } from "../plans/plan.ts";
import type { BillingCycle, Subscription } from "./subscription.ts";

export type ChangeKind =
  | "subscribe"
  | "change_plan"
  | "schedule_change"
  | "schedule_cancel"
  | "unschedule"
  | "cancel"
  | "pause"
  | "resume"
  | "payment_failed"
  | "payment_received"
  | "migrate"
  | "renew"
  | "trial_end"
  | "expire";

export interface Step {
  readonly kind: ChangeKind;
  /** When it takes effect: by the clock its own instant, however late it is carried out. */
  readonly at: Instant;
  readonly after: Subscription;
  /** A subscription that was not there before. */
  readonly begins: boolean;
  readonly renewal: Renewal | null;
}

export interface Renewal {
  readonly type: "new" | "renewal" | "upgrade" | "downgrade";
  readonly plan: PlanVersion;
  readonly previousPlan: PlanVersion | null;
  readonly cycle: BillingCycle;
  /** Up to where it ran: a period that was broken off ends there. */
  readonly previousPeriod: Period | null;
  readonly newPeriod: Period;
  readonly renewalCount: number;
  /** `pending`: it began while a payment was missing. */
  readonly paymentStatus: "paid" | "pending";
}

/** Is one plan more than another? By its prices, then by its tier; null: neither more nor less. */
export function changeType(change: {
  from: PlanVersion;
  to: PlanVersion;
}): "upgrade" | "downgrade" | null {
  const [from, to] = [change.from.definition, change.to.definition];
  const difference =
    to.priceMonthly - from.priceMonthly ||
    to.priceYearly - from.priceYearly ||
    BigInt(TIERS.indexOf(to.tier) - TIERS.indexOf(from.tier));
  if (difference === 0n) return null;
  return difference > 0n ? "upgrade" : "downgrade";
}

/** The row of a period that begins after another of the same subscription. */
export function renewalOf(
  before: Subscription,
  after: Subscription,
  ranUntil: Instant = before.period.end,
): Renewal {
  return {
    type: changeType({ from: before.plan, to: after.plan }) ?? "renewal",
    plan: after.plan,
    previousPlan: before.plan,
    cycle: after.cycle,
    previousPeriod: {
      start: before.period.start,
      end: ranUntil < before.period.start ? before.period.start : ranUntil,
    },
    newPeriod: after.period,
    renewalCount: after.renewalCount,
    paymentStatus: after.status === "past_due" ? "pending" : "paid",
  };
}
