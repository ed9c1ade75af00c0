/** What interrupts a subscription and what ends the interruption: pauses, and payments that are missing. */
import type { Instant } from "../instant.ts";
import { nearestInstant } from "../instant.ts";
import { type Outcome, oneStep, refused } from "./outcome.ts";
import { paidPeriodAt } from "./paid-period.ts";
import { renewalOf } from "./step.ts";
import { type Active, type OpenSubscription, type Paused, termsOf } from "./subscription.ts";

export function pause(before: OpenSubscription, now: Instant): Outcome {
  if (before.status === "paused") return refused("is_paused");
  if (before.status !== "active") return refused("not_active");
  const after: Paused = { ...before, status: "paused", pausedAt: now };
  return oneStep("pause", after, now);
}

export function endPause(before: Paused, now: Instant): Outcome {
  return goOn(
    "resume",
    before,
    { ...termsOf(before), status: "active", scheduled: before.scheduled },
    now,
  );
}

/** A second report moves the end of the grace time. */
export function paymentFailed(before: OpenSubscription, graceMs: number, now: Instant): Outcome {
  if (before.status === "trialing" || before.status === "paused") return refused("not_active");
  if (before.status === "expired") return refused("is_expired");
  const { scheduled } = before;
  const graceUntil = nearestInstant(now + graceMs);
  // No grace at all: it is over at this instant.
  const after: OpenSubscription =
    graceMs === 0
      ? { ...termsOf(before), status: "expired" }
      : { ...termsOf(before), status: "past_due", scheduled, graceUntil };
  return oneStep("payment_failed", after, now);
}

export function paymentReceived(before: OpenSubscription, now: Instant): Outcome {
  if (before.status !== "past_due" && before.status !== "expired")
    return refused("nothing_missing");
  const scheduled = before.status === "past_due" ? before.scheduled : null;
  return goOn("payment_received", before, { ...termsOf(before), status: "active", scheduled }, now);
}

/** Within its paid period it goes on; after it the present period of the same anchor begins, those between are not billed. */
function goOn(
  kind: "resume" | "payment_received",
  before: OpenSubscription,
  active: Active,
  now: Instant,
): Outcome {
  if (now < active.period.end) return oneStep(kind, active, now);
  const after: Active = {
    ...active,
    period: paidPeriodAt(active.billingAnchor, active.cycle, now),
    renewalCount: active.renewalCount + 1,
    scheduled: null,
  };
  const renewal = renewalOf(before, after);
  return { kind: "steps", steps: [{ kind, at: now, after, begins: false, renewal }] };
}
