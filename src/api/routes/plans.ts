/** What is sold and what it costs, and what a customer's plan turns on. */
import { invalidField } from "../../core/errors.ts";
import { formatInstant } from "../../core/instant.ts";
import { usdNumber } from "../../core/money.ts";
import type { PlanDefinition, PlanVersion } from "../../core/plans/plan.ts";
import { planToJson } from "../../core/plans/plan-json.ts";
import type { PriceRow } from "../../core/pricing/price.ts";
import { normalizeProvider } from "../../core/providers.ts";
import type { Bucket } from "../../core/usage.ts";
import { flatLimits } from "../../insights/limits-shape.ts";
import type { PlanInForce } from "../../insights/read-plan.ts";
import { switchesInForce } from "../../insights/switches-in-force.ts";
import type { Api } from "../api.ts";
import { getFeatures, listPlans, listPricing } from "../contract/endpoints/plans.ts";
import { planInForce } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { subjectOf } from "../subject.ts";

export function planRoutes(app: Api, ports: ApiPorts): void {
  serve(app, listPlans, () => {
    const offered = ports.plans.all().filter(({ definition }) => !definition.hidden);
    return { plans: offered.map(shownPlan), total: offered.length };
  });
  serve(app, getFeatures, async ({ params, request }) => {
    const customer = await subjectOf(request, ports, params.user_id);
    return featuresOf(await planInForce(ports, customer), ports.plans.all());
  });
  serve(app, listPricing, ({ query }) => {
    const rows = ports.prices.list(ports.clock.now());
    const shown = rowsOf(rows, query.provider).map(shownPrice);
    return { pricing: shown, total: shown.length };
  });
}

export function shownPlan({ planId, definition }: PlanVersion) {
  return {
    id: planId,
    slug: definition.slug,
    name: definition.name,
    tier: definition.tier,
    price_monthly: usdNumber(definition.priceMonthly),
    price_yearly: usdNumber(definition.priceYearly),
    description: definition.description,
    features: [...definition.features],
    limits: flatLimits(definition),
    ...planTerms(definition),
  };
}

/** Every limit of a plan, and the providers that it includes, as in a plan file. */
export function planTerms(definition: PlanDefinition) {
  const { limits, providers } = planToJson(definition);
  return { all_limits: limits, providers };
}

function featuresOf(inForce: PlanInForce, plans: readonly PlanVersion[]) {
  const { definition } = inForce.plan;
  return {
    plan: namedPlan(inForce.plan),
    features: [...definition.features],
    switches: switchesInForce(inForce, plans),
  };
}

export function namedPlan({ planId, definition: { slug, name, tier } }: PlanVersion) {
  return { id: planId, slug, name, tier };
}

function rowsOf(rows: readonly PriceRow[], wanted: string | undefined): readonly PriceRow[] {
  if (wanted === undefined) return rows;
  const provider = normalizeProvider(wanted);
  const found = rows.filter((row) => row.provider === provider);
  if (found.length > 0) return found;
  const known = [...new Set(rows.map((row) => row.provider))].join(", ");
  throw invalidField("provider", `no prices are known for it. There are: ${known}.`);
}

function shownPrice(row: PriceRow) {
  return {
    provider: row.provider,
    model_name: row.model,
    cost_per_input_token: dollarsPerUnit(row, "input"),
    cost_per_output_token: dollarsPerUnit(row, "output"),
    cost_per_request: dollarsPerUnit(row, "requests"),
    // Search providers bill by the credit, and a plain search is one.
    cost_per_search: dollarsPerUnit(row, "web_searches") || dollarsPerUnit(row, "credits"),
    cost_per_image: dollarsPerUnit(row, "images"),
    cost_per_page: dollarsPerUnit(row, "pages"),
    description: row.description ?? "",
    effective_date: formatInstant(row.from),
  };
}

/** Exact: a rate is nano-dollars a million units, so one unit's dollars have up to fifteen decimals. */
function dollarsPerUnit(row: PriceRow, bucket: Bucket): number {
  const rate = row.rates[bucket]?.base;
  return rate === undefined ? 0 : Number(`${rate}e-15`);
}
