/** What a customer is subscribed to, and what became of it. */
import { readChanges } from "../../billing/read-changes.ts";
import { readRenewals } from "../../billing/read-renewals.ts";
import { usdNumber } from "../../core/money.ts";
import type { PlanVersion } from "../../core/plans/plan.ts";
import { isFree } from "../../core/subscriptions/needs-payment.ts";
import { subscriptionToJson } from "../../core/subscriptions/subscription-json.ts";
import { flatLimits } from "../../insights/limits-shape.ts";
import { statusOfPlan } from "../../insights/read-status.ts";
import type { Api } from "../api.ts";
import {
  billingHistory,
  getStatus,
  getSubscription,
  renewalHistory,
  subscriptionChanges,
} from "../contract/endpoints/subscriptions.ts";
import { planInForce } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { subjectOf } from "../subject.ts";
import { principalOf } from "../who-asks.ts";
import { planTerms } from "./plans.ts";

export function subscriptionRoutes(app: Api, ports: ApiPorts): void {
  serve(app, getSubscription, async ({ params, request }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    const [{ plan }, found] = await Promise.all([
      planInForce(ports, customer),
      ports.subscriptions.read(customer.id),
    ]);
    return {
      subscription: found === null ? null : subscriptionToJson(found.id, found.state),
      plan: shownPlan(plan),
      limits: flatLimits(plan.definition),
      ...planTerms(plan.definition),
    };
  });
  serve(app, getStatus, async ({ params, request }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    return statusOfPlan(await planInForce(ports, customer));
  });
  serve(app, renewalHistory, async ({ params, query, request }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    const { limit, offset } = query;
    return readRenewals(ports.store, customer.id, { limit, offset });
  });
  serve(app, billingHistory, async ({ params, query, request }) => {
    await subjectOf(request, ports, params.user_id);
    const { limit, offset } = query;
    return { invoices: [], total_count: 0, limit, offset, has_more: false };
  });
  serve(app, subscriptionChanges, async ({ params, query, request }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    const { limit, offset } = query;
    const page = await readChanges(ports.store, customer.id, { limit, offset });
    const asker = principalOf(request);
    if (asker.kind !== "customer") return page;
    // Which of the operator's keys it was is nothing to a customer.
    const told = new Set(["job", asker.actor]);
    const changes = page.changes.map((change) => ({
      ...change,
      actor: told.has(change.actor) ? change.actor : null,
    }));
    return { ...page, changes };
  });
}

function shownPlan(plan: PlanVersion) {
  const { slug, name, tier, description, priceMonthly, priceYearly } = plan.definition;
  return {
    id: plan.planId,
    slug,
    name,
    tier,
    price_monthly: usdNumber(priceMonthly),
    price_yearly: usdNumber(priceYearly),
    description,
    is_free: isFree(plan),
  };
}
