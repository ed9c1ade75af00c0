/** The paid period that an instant falls in, counted from the billing anchor. */
import type { Instant } from "../instant.ts";
import type { Period } from "../periods/period.ts";
import { billingPeriod } from "../periods/usage-period.ts";
import type { BillingCycle } from "./subscription.ts";

/** Also for instants before the anchor. Every boundary is the anchor's own, never the one before plus a month. */
export function paidPeriodAt(anchor: Instant, cycle: BillingCycle, at: Instant): Period {
  const months = monthsBetween(anchor, at);
  const guess = Math.floor(months / (cycle === "yearly" ? 12 : 1));
  const period = billingPeriod(anchor, cycle, guess);
  // The boundary of the month that `at` is in may be still to come.
  return at >= period.start ? period : billingPeriod(anchor, cycle, guess - 1);
}

/**
 * The anchor to count from when another cycle begins at a boundary: the one there is, where it has a boundary of that
 * cycle there, so that a day that short months cut off is not lost; else the boundary itself.
 */
export function anchorFrom(anchor: Instant, cycle: BillingCycle, boundary: Instant): Instant {
  return paidPeriodAt(anchor, cycle, boundary).start === boundary ? anchor : boundary;
}

function monthsBetween(from: Instant, to: Instant): number {
  const [a, b] = [new Date(from), new Date(to)];
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
}
