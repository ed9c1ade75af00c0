/** Moves a subscriber of an older version of a plan to another version of it. */
import type { Instant } from "../instant.ts";
import type { Action } from "./action.ts";
import { type Outcome, oneStep, UNCHANGED } from "./outcome.ts";
import { changeType, renewalOf } from "./step.ts";
import type { OpenSubscription } from "./subscription.ts";

/** What was scheduled for the period's end is what somebody asked for, so it stays, and nothing else is scheduled. */
export function migrate(
  before: OpenSubscription,
  { fromVersionId, to, when }: Extract<Action, { kind: "migrate" }>,
  now: Instant,
): Outcome {
  if (before.plan.planVersionId !== fromVersionId) return UNCHANGED;
  if (when === "period_end") {
    if (before.status === "expired" || before.scheduled !== null) return UNCHANGED;
    const next = { kind: "change", plan: to, cycle: before.cycle, at: before.period.end } as const;
    return oneStep("migrate", { ...before, scheduled: next }, now);
  }
  const after: OpenSubscription = { ...before, plan: to };
  const runs = before.status !== "paused" && before.status !== "expired";
  const isOtherwise = changeType({ from: before.plan, to }) !== null;
  const renewal = runs && isOtherwise ? renewalOf(before, after, now) : null;
  return { kind: "steps", steps: [{ kind: "migrate", at: now, after, begins: false, renewal }] };
}
