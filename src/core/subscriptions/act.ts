/** What somebody does to a subscription: from its state, the wish and the time to the steps that carry it out. */
import type { Instant } from "../instant.ts";
import type { Action, When } from "./action.ts";
import { changePlan } from "./change-plan.ts";
import { canceledAt } from "./due-step.ts";
import { endPause, pause, paymentFailed, paymentReceived } from "./interruptions.ts";
import { migrate } from "./migrate.ts";
import { needsPayment } from "./needs-payment.ts";
import { type Outcome, oneStep, refused, UNCHANGED, unschedule } from "./outcome.ts";
import type { Step } from "./step.ts";
import { subscribe } from "./subscribe.ts";
import type { OpenSubscription } from "./subscription.ts";

/**
 * Decides; changes nothing. `before` is the subscription as of `now` (due-step.ts); null: there is none. `by` a
 * customer: what costs more than before is refused with `payment_required`.
 */
export function act(
  before: OpenSubscription | null,
  action: Action,
  of: { readonly now: Instant; readonly by: "customer" | "operator" },
): Outcome {
  if (of.by === "customer" && needsPayment(before, action)) return refused("payment_required");
  if (before === null) return withoutOne(action, of.now);
  const { now } = of;
  switch (action.kind) {
    case "subscribe":
      return subscribe(before, action, now);
    case "change_plan":
      return changePlan(before, action, now);
    case "cancel":
      return cancel(before, action.when, now);
    case "resume":
      if (before.status !== "paused") return unschedule(before, now);
      return of.by === "customer" ? refused("paused_by_operator") : endPause(before, now);
    case "pause":
      return pause(before, now);
    case "payment_failed":
      return paymentFailed(before, action.graceMs, now);
    case "payment_received":
      return paymentReceived(before, now);
    case "migrate":
      return migrate(before, action, now);
  }
}

/** To change the plan of nobody's subscription is to begin one. */
function withoutOne(action: Action, now: Instant): Outcome {
  if (action.kind === "subscribe") return subscribe(null, action, now);
  if (action.kind !== "change_plan") return refused("no_subscription");
  const { plan, cycle } = action;
  return subscribe(null, { kind: "subscribe", plan, cycle: cycle ?? "monthly", trial: null }, now);
}

/** What does not run has no period to end with, so it ends at once. */
function cancel(before: OpenSubscription, when: When, now: Instant): Outcome {
  const runs = before.status !== "paused" && before.status !== "expired";
  if (when === "now" || !runs) {
    const after = canceledAt(before, now);
    const step: Step = { kind: "cancel", at: now, after, begins: false, renewal: null };
    return { kind: "steps", steps: [step] };
  }
  if (before.scheduled?.kind === "cancel") return UNCHANGED;
  const after: OpenSubscription = {
    ...before,
    scheduled: { kind: "cancel", at: before.period.end },
  };
  return oneStep("schedule_cancel", after, now);
}
