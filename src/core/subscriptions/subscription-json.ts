/** A subscription as the API shows it, as the log of its changes keeps it, and as the live stream sends it. */
import { formatInstant } from "../instant.ts";
import type { PlanVersion, Tier } from "../plans/plan.ts";
import { type BillingCycle, type Subscription, scheduledOf } from "./subscription.ts";

export interface SubscriptionJson {
  readonly id: number;
  readonly billing_cycle: BillingCycle;
  readonly current_period_start: string;
  readonly current_period_end: string;
  readonly status: Subscription["status"];
  readonly auto_renew: boolean;
  readonly cancel_at_period_end: boolean;
  readonly created_at: string;
  readonly plan: ShownPlan;
  readonly trial_end?: string;
  readonly scheduled_change?: {
    readonly plan: ShownPlan;
    readonly billing_cycle: BillingCycle;
    readonly at: string;
  };
  readonly grace_until?: string;
  readonly paused_at?: string;
  readonly ended_at?: string;
}

interface ShownPlan {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly tier: Tier;
  readonly version: number;
}

export function subscriptionToJson(id: number, of: Subscription): SubscriptionJson {
  return { id, ...subscriptionToJsonWithoutId(of) };
}

/** For one that has no number yet: the database gives it. */
export function subscriptionToJsonWithoutId(of: Subscription): Omit<SubscriptionJson, "id"> {
  const scheduled = scheduledOf(of);
  const runs = of.status === "trialing" || of.status === "active" || of.status === "past_due";
  return {
    billing_cycle: of.cycle,
    current_period_start: formatInstant(of.period.start),
    current_period_end: formatInstant(of.period.end),
    status: of.status,
    auto_renew: runs && scheduled?.kind !== "cancel",
    cancel_at_period_end: scheduled?.kind === "cancel",
    created_at: formatInstant(of.createdAt),
    plan: shownPlan(of.plan),
    ...(of.status === "trialing" ? { trial_end: formatInstant(of.period.end) } : {}),
    ...(scheduled?.kind === "change"
      ? {
          scheduled_change: {
            plan: shownPlan(scheduled.plan),
            billing_cycle: scheduled.cycle,
            at: formatInstant(scheduled.at),
          },
        }
      : {}),
    ...(of.status === "past_due" ? { grace_until: formatInstant(of.graceUntil) } : {}),
    ...(of.status === "paused" ? { paused_at: formatInstant(of.pausedAt) } : {}),
    ...(of.status === "canceled" ? { ended_at: formatInstant(of.endedAt) } : {}),
  };
}

function shownPlan({ planId, version, definition }: PlanVersion): ShownPlan {
  const { slug, name, tier } = definition;
  return { id: planId, slug, name, tier, version };
}
