/** Reads what customers are held to now: their plan in force, and their usage period. */
import type { CustomerId } from "../../core/ids.ts";
import { type Instant, instant } from "../../core/instant.ts";
import { liftedPlan } from "../../core/limits/lifted.ts";
import type { Period } from "../../core/periods/period.ts";
import { usagePeriodAt } from "../../core/periods/usage-period.ts";
import { defaultPlanOf } from "../../core/plans/default-plan.ts";
import type { PlanVersion } from "../../core/plans/plan.ts";
import { planAt } from "../../core/subscriptions/plan-at.ts";
import { readLiftsOf } from "../../ledger/read-lifts.ts";
import type { Store } from "../../store/store.ts";

export interface KnownPlans {
  /** The newest version of every plan. */
  all(): readonly PlanVersion[];
  byVersion(planVersionId: number): PlanVersion | null;
}

export interface CustomerTerms {
  readonly customerId: CustomerId;
  readonly plan: PlanVersion;
  /** Non-payment: calls are refused. */
  readonly isExpired: boolean;
  readonly usageAnchor: Instant;
  /** The present usage period. */
  readonly period: Period;
}

/** Whoever is not there any more, or whose plan this node has not heard of yet, is left out. */
export async function readTerms(
  { db }: Store,
  of: {
    readonly customerIds: readonly CustomerId[];
    readonly plans: KnownPlans;
    readonly now: Instant;
  },
): Promise<CustomerTerms[]> {
  const { plans, now } = of;
  const rows = await db
    .selectFrom("customers")
    .leftJoin("subscriptions", (join) =>
      join
        .onRef("subscriptions.customer_id", "=", "customers.id")
        .on("subscriptions.ended_at", "is", null),
    )
    .select(["customers.id", "usage_anchor", "status", "plan_version_id"])
    .select(["next_plan_at", "next_plan_version_id", "grace_until"])
    .where("customers.id", "in", of.customerIds)
    .execute();
  const defaultPlan = defaultPlanOf(plans.all());
  const liftsOf = await readLiftsOf({ db }, of.customerIds);
  return rows.flatMap((row) => {
    const inForce = planAt({ subscription: subscriptionOf(row), defaultPlan: null }, now);
    const plan = inForce === null ? defaultPlan : plans.byVersion(Number(inForce.plan));
    if (plan === null) return [];
    const usageAnchor = timeOf(row.usage_anchor);
    return {
      customerId: row.id as CustomerId,
      plan: liftedPlan(plan, liftsOf(row.id as CustomerId), now),
      isExpired: inForce?.isExpired ?? false,
      usageAnchor,
      period: usagePeriodAt(usageAnchor, now),
    };
  });
}

type Subscription = Parameters<typeof planAt<bigint>>[0]["subscription"];

function subscriptionOf(row: {
  readonly status: NonNullable<Subscription>["status"] | null;
  readonly plan_version_id: bigint | null;
  readonly next_plan_at: bigint | null;
  readonly next_plan_version_id: bigint | null;
  readonly grace_until: bigint | null;
}): Subscription {
  if (row.status === null || row.plan_version_id === null) return null;
  return {
    status: row.status,
    plan: row.plan_version_id,
    next:
      row.next_plan_at === null
        ? null
        : { at: timeOf(row.next_plan_at), plan: row.next_plan_version_id },
    graceUntil: row.grace_until === null ? null : timeOf(row.grace_until),
  };
}

function timeOf(ms: bigint): Instant {
  return instant(Number(ms));
}
