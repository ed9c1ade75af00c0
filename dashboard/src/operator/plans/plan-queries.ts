/** What the operator reads and changes of plans. */
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  listAllPlans,
  listPlanVersions,
} from "../../../../src/api/contract/endpoints/plans-admin.ts";
import type { PlanDefinition } from "../../../../src/core/plans/plan.ts";
import { planFromJson } from "../../../../src/core/plans/plan-json.ts";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";

export type AdminPlan = z.output<(typeof listAllPlans)["answer"]>["plans"][number];
export type PlanVersionRow = z.output<(typeof listPlanVersions)["answer"]>["versions"][number];

export const allPlansQuery = queryOptions({
  queryKey: ["operator", "plans", "all"],
  queryFn: async () => (await client.admin.plans()).plans,
});

export function versionsQuery(slug: string) {
  return queryOptions({
    queryKey: ["operator", "plans", "versions", slug],
    queryFn: async () => (await client.admin.planVersions(slug)).versions,
  });
}

/** The names and titles of those that can be called. */
export const providersQuery = queryOptions({
  queryKey: ["operator", "providers"],
  queryFn: () => client.admin.providers(),
});

/** How many customers have no subscription, and so are on the default plan. */
export const withoutSubscriptionQuery = queryOptions({
  queryKey: ["operator", "plans", "without-subscription"],
  queryFn: async () => {
    const { customers_total: all, subscribers } = await client.admin.overview();
    return Math.max(0, all - subscribers.reduce((sum, one) => sum + one.subscribers, 0));
  },
});

/** What a plan, or a version of it, says. */
export function definitionOf(plan: Pick<AdminPlan, "definition">): PlanDefinition {
  return planFromJson(plan.definition);
}

/** The oldest plan of tier free: whoever has no subscription is on it. */
export function isDefaultPlan(plan: AdminPlan, plans: readonly AdminPlan[]): boolean {
  if (plan.tier !== "free") return false;
  return plans.every(({ tier, id }) => tier !== "free" || id >= plan.id);
}

/** After a plan changed: everything of the operator's names plans. */
export function plansChanged(): Promise<void> {
  return queries.invalidateQueries({ queryKey: ["operator"] });
}
