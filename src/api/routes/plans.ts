/** What is sold and what it costs: the public part of the API. */
import { invalidField } from "../../core/errors.ts";
import { formatInstant } from "../../core/instant.ts";
import { usdNumber } from "../../core/money.ts";
import type { PlanVersion } from "../../core/plans/plan.ts";
import type { PriceRow } from "../../core/pricing/price.ts";
import { normalizeProvider } from "../../core/providers.ts";
import type { Bucket } from "../../core/usage.ts";
import { flatLimits } from "../../insights/limits-shape.ts";
import type { Api } from "../api.ts";
import { noQuery, success } from "../contract/envelope.ts";
import { plans, pricing, pricingQuery } from "../contract/subscription.ts";
import type { ApiPorts } from "../ports.ts";

export function planRoutes(app: Api, ports: ApiPorts): void {
  app.get("/api/subscription/plans", {
    config: { audience: "public" },
    schema: {
      tags: ["plans"],
      summary: "The plans that are sold, by price",
      querystring: noQuery,
      response: { 200: success(plans) },
    },
    handler: async () => {
      const shown = ports.plans.all().map(shownPlan);
      return { success: true as const, data: { plans: shown, total: shown.length } };
    },
  });

  app.get("/api/subscription/pricing", {
    config: { audience: "public" },
    schema: {
      tags: ["plans"],
      summary: "What providers charge, as in force now; what does not apply is 0",
      querystring: pricingQuery,
      response: { 200: success(pricing) },
    },
    handler: async (request) => {
      const rows = ports.prices.list(ports.clock.now());
      const shown = rowsOf(rows, request.query.provider).map(shownPrice);
      return { success: true as const, data: { pricing: shown, total: shown.length } };
    },
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
  };
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
