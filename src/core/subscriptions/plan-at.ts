/** Which plan a customer is on at an instant, whether the job that carries a due change out has run or not. */
import type { Instant } from "../instant.ts";

export type SubscriptionStatus =
  | "trialing"
  | "active"
  | "past_due"
  | "paused"
  | "canceled"
  | "expired";

/** A customer's open subscription, as far as it says which plan holds. `Plan`: a plan's version, or its id. */
export interface PlanTerms<Plan> {
  readonly status: SubscriptionStatus;
  readonly plan: Plan;
  /** From `at` on another plan holds; `plan` null: the default plan. */
  readonly next: { readonly at: Instant; readonly plan: Plan | null } | null;
  /** Of a missing payment: until then the plan is kept all the same. */
  readonly graceUntil: Instant | null;
}

export interface PlanInForce<Plan> {
  readonly plan: Plan;
  /** `default`: of nobody's subscription, or of one that is paused or over. */
  readonly by: "subscription" | "default";
  /** Non-payment was reported and the grace time is over: calls are refused with `subscription_expired`. */
  readonly isExpired: boolean;
}

/**
 * The plan in force at an instant; null where it is the default plan and there is none. A change and the end of the
 * grace time hold from their instant on, that instant included. What comes first counts: a subscription that ended
 * within its grace time leaves its customer on the default plan, one that expired stays so.
 */
export function planAt<Plan>(
  of: { readonly subscription: PlanTerms<Plan> | null; readonly defaultPlan: Plan | null },
  at: Instant,
): PlanInForce<Plan> | null {
  const plan = of.subscription === null ? null : ownPlanAt(of.subscription, at);
  if (plan !== null) return plan;
  const { defaultPlan } = of;
  return defaultPlan === null ? null : { plan: defaultPlan, by: "default", isExpired: false };
}

/** null: the subscription is paused or over. */
function ownPlanAt<Plan>(of: PlanTerms<Plan>, at: Instant): PlanInForce<Plan> | null {
  const { status, plan, next, graceUntil } = of;
  if (status === "paused" || status === "canceled") return null;
  if (status === "expired") return { plan, by: "subscription", isExpired: true };
  const isExpired = status === "past_due" && graceUntil !== null && graceUntil <= at;
  const isChanged =
    next !== null && (isExpired && graceUntil !== null ? next.at < graceUntil : next.at <= at);
  const own = isChanged ? next.plan : plan;
  return own === null ? null : { plan: own, by: "subscription", isExpired };
}
