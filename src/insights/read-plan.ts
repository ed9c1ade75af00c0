/** Which plan a customer is on now: that of their open subscription, else the default one. */
import type { CustomerId } from "../core/ids.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import { planFromJson } from "../core/plans/plan-json.ts";
import type { Store } from "../store/store.ts";

export interface PlanInForce {
  readonly plan: PlanVersion;
  /** null: no subscription, so the default plan. */
  readonly subscriptionStatus:
    | "trialing"
    | "active"
    | "past_due"
    | "paused"
    | "canceled"
    | "expired"
    | null;
}

export async function readPlanInForce(
  store: Store,
  customerId: CustomerId,
  defaultPlan: PlanVersion,
): Promise<PlanInForce> {
  const row = await store.db
    .selectFrom("subscriptions")
    .innerJoin("plan_versions", "plan_versions.id", "subscriptions.plan_version_id")
    .select([
      "subscriptions.status",
      "plan_versions.id",
      "plan_versions.plan_id",
      "plan_versions.version",
      "plan_versions.definition",
    ])
    .where("subscriptions.customer_id", "=", customerId)
    .where("subscriptions.ended_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) return { plan: defaultPlan, subscriptionStatus: null };
  return {
    plan: {
      planId: Number(row.plan_id),
      planVersionId: Number(row.id),
      version: Number(row.version),
      definition: planFromJson(JSON.parse(row.definition)),
    },
    subscriptionStatus: row.status,
  };
}
