/** May a customer use the product now, and on which plan. */
import type { Tier } from "../core/plans/plan.ts";
import { type FlatLimits, flatLimits } from "./limits-shape.ts";
import type { PlanInForce } from "./read-plan.ts";

export interface SubscriptionStatus {
  readonly active: boolean;
  /** The tier's word, for clients of the earlier system. */
  readonly plan: Tier;
  readonly tier: Tier;
  readonly can_use_api: boolean;
  readonly limits: FlatLimits;
  readonly reason?: string;
}

/** Without a subscription, or while it is paused, a customer is on the default plan, which may be used. */
export function statusOfPlan(inForce: PlanInForce): SubscriptionStatus {
  const { definition } = inForce.plan;
  const reason = reasonOf(inForce.subscriptionStatus);
  const mayUse = !inForce.isExpired;
  return {
    active: mayUse,
    plan: definition.tier,
    tier: definition.tier,
    can_use_api: mayUse,
    limits: flatLimits(definition),
    ...(reason === null ? {} : { reason }),
  };
}

function reasonOf(status: PlanInForce["subscriptionStatus"]): string | null {
  switch (status) {
    case "expired":
      return "The subscription has expired: its payment did not come.";
    case "past_due":
      return "A payment is missing; the plan is kept until the grace time is over.";
    case "paused":
      return "The subscription is paused; the default plan holds.";
    case "trialing":
    case "active":
    case "canceled":
    case null:
      return null;
  }
}
