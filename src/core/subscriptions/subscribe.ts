/** Begins a subscription; where there is one, changes it. */
import type { Instant } from "../instant.ts";
import type { Action } from "./action.ts";
import { changePlan } from "./change-plan.ts";
import { canceledAt } from "./due-step.ts";
import { type Outcome, refused, unschedule } from "./outcome.ts";
import { paidPeriodAt } from "./paid-period.ts";
import type { Step } from "./step.ts";
import type { OpenSubscription } from "./subscription.ts";

type Subscribe = Extract<Action, { kind: "subscribe" }>;

export function subscribe(
  before: OpenSubscription | null,
  wanted: Subscribe,
  now: Instant,
): Outcome {
  if (before === null) return { kind: "steps", steps: [begin(wanted, now)] };
  if (before.status === "expired") {
    const after = canceledAt(before, now);
    const end: Step = { kind: "cancel", at: now, after, begins: false, renewal: null };
    return { kind: "steps", steps: [end, begin(wanted, now)] };
  }
  if (wanted.trial !== null) return refused("is_subscribed");
  if (before.status === "paused") return refused("is_paused");
  const isSame = before.plan.planId === wanted.plan.planId && before.cycle === wanted.cycle;
  if (isSame) return unschedule(before, now);
  return changePlan(before, { ...wanted, kind: "change_plan", when: "now" }, now);
}

/** The first step of a subscription that begins at `now`; a trial comes before its first paid period. */
export function begin({ plan, cycle, trial }: Omit<Subscribe, "kind">, now: Instant): Step {
  const period = trial === null ? paidPeriodAt(now, cycle, now) : { start: now, end: trial.end };
  const terms = {
    plan,
    cycle,
    billingAnchor: trial === null ? now : trial.end,
    period,
    renewalCount: 0,
    createdAt: now,
  };
  const after: OpenSubscription =
    trial === null
      ? { ...terms, status: "active", scheduled: null }
      : {
          ...terms,
          status: "trialing",
          scheduled: trial.afterwards === "cancel" ? { kind: "cancel", at: trial.end } : null,
        };
  return {
    kind: "subscribe",
    at: now,
    after,
    begins: true,
    renewal: {
      type: "new",
      plan,
      previousPlan: null,
      cycle,
      previousPeriod: null,
      newPeriod: period,
      renewalCount: 0,
      paymentStatus: "paid",
    },
  };
}
