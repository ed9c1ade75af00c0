/** Changes the plan or the cycle of a subscription: at once, or at the end of its period. */
import type { Instant } from "../instant.ts";
import type { Action } from "./action.ts";
import { type Outcome, oneStep, refused, UNCHANGED, unschedule } from "./outcome.ts";
import { paidPeriodAt } from "./paid-period.ts";
import { renewalOf } from "./step.ts";
import type { Active, OpenSubscription, PastDue, Trialing } from "./subscription.ts";

type Running = Trialing | Active | PastDue;
type ChangePlan = Extract<Action, { kind: "change_plan" }>;

export function changePlan(
  before: OpenSubscription,
  { plan, cycle: wantedCycle, when }: ChangePlan,
  now: Instant,
): Outcome {
  if (before.status === "paused") return refused("is_paused");
  if (before.status === "expired") return refused("is_expired");
  const wanted = { plan, cycle: wantedCycle ?? before.cycle };
  const isPresent =
    plan.planVersionId === before.plan.planVersionId && wanted.cycle === before.cycle;
  if (when === "now") return isPresent ? dropChange(before, now) : changeNow(before, wanted, now);
  if (isPresent) return unschedule(before, now);
  const { scheduled } = before;
  const isScheduled =
    scheduled?.kind === "change" &&
    scheduled.plan.planVersionId === plan.planVersionId &&
    scheduled.cycle === wanted.cycle;
  if (isScheduled) return UNCHANGED;
  const next = { kind: "change", ...wanted, at: before.period.end } as const;
  return oneStep("schedule_change", { ...before, scheduled: next }, now);
}

/** A cancellation that was asked for stays: who cancelled is not renewed because of another plan. */
function withoutChange<Of extends Running>(before: Of): Of {
  return before.scheduled?.kind === "change" ? { ...before, scheduled: null } : before;
}

function dropChange(before: Running, now: Instant): Outcome {
  const after = withoutChange(before);
  return after === before ? UNCHANGED : oneStep("unschedule", after, now);
}

/** The period and what was used in it are kept, but where the cycle changes: then a paid period begins now. */
function changeNow(
  before: Running,
  { plan, cycle }: Pick<Running, "plan" | "cycle">,
  now: Instant,
): Outcome {
  const kept = withoutChange(before);
  const beginsPeriod = cycle !== before.cycle && before.status !== "trialing";
  if (!beginsPeriod) {
    const after = { ...kept, plan, cycle };
    const renewal = renewalOf(before, after, now);
    // To a plan that is neither more nor less, within the period, nothing began.
    return steps(after, renewal.type === "renewal" ? null : renewal, now);
  }
  const period = paidPeriodAt(now, cycle, now);
  const moved = { plan, cycle, billingAnchor: now, period, renewalCount: before.renewalCount + 1 };
  const after = { ...kept, ...moved, scheduled: atEnd(kept, period.end) };
  return steps(after, renewalOf(before, after, now), now);
}

function atEnd({ scheduled }: Running, end: Instant): Running["scheduled"] {
  return scheduled === null ? null : { ...scheduled, at: end };
}

function steps(
  after: Running,
  renewal: ReturnType<typeof renewalOf> | null,
  now: Instant,
): Outcome {
  const step = { kind: "change_plan", at: now, after, begins: false, renewal } as const;
  return { kind: "steps", steps: [step] };
}
