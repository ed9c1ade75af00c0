/** Gives a customer's limits the caps that an operator lifted them to, for as long as that holds and is more. */
import type { Instant } from "../instant.ts";
import type { PlanVersion } from "../plans/plan.ts";
import type { Cap, Limit } from "./limit.ts";
import { limitKey, readLimit } from "./read-limit.ts";

/** For one customer: in whatever plan has that limit, it has at least this cap until that instant, exclusive. */
export interface LimitLift {
  /** As `limitKey` writes it. */
  readonly limitKey: string;
  readonly cap: Cap;
  readonly until: Instant;
}

/** The plan as it holds for them at an instant. `lifts`: the newest first; of two of one limit the newer one counts. */
export function liftedPlan(
  plan: PlanVersion,
  lifts: readonly LimitLift[],
  at: Instant,
): PlanVersion {
  const { definition } = plan;
  const limits = liftedLimits(definition.limits, lifts, at);
  return limits === definition.limits ? plan : { ...plan, definition: { ...definition, limits } };
}

/** The very same list where none of them is lifted. A limit that is not among them is not made. */
export function liftedLimits(
  limits: readonly Limit[],
  lifts: readonly LimitLift[],
  at: Instant,
): readonly Limit[] {
  if (!limits.some((limit) => liftOf(limit, lifts, at) !== null)) return limits;
  return limits.map((limit) => {
    const lift = liftOf(limit, lifts, at);
    return lift === null ? limit : { ...limit, cap: lift.cap };
  });
}

/** The lift that gives a limit of the plan another cap at an instant; null: none does, or the plan gives as much by now. */
export function liftOf(limit: Limit, lifts: readonly LimitLift[], at: Instant): LimitLift | null {
  if (lifts.length === 0) return null;
  const key = limitKey(limit);
  const lift = lifts.find((each) => at < each.until && each.limitKey === key);
  return lift !== undefined && isMore(lift.cap, limit.cap) ? lift : null;
}

/** A cap that lets more through than another. */
export function isMore(cap: Cap, other: Cap): boolean {
  if (other.kind === "unlimited") return false;
  return cap.kind === "unlimited" || cap.amount > other.amount;
}

/** `json`: what is lifted with its cap meanwhile, as a limit is stored. */
export function readLift(json: string, until: Instant): LimitLift {
  const limit = readLimit(JSON.parse(json));
  return { limitKey: limitKey(limit), cap: limit.cap, until };
}
