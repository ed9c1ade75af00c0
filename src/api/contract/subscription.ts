/** What a customer reads: plans, prices, usage, status, the usage log. */
import { z } from "zod";
import { ALERT_KINDS } from "../../core/alerts/event-types.ts";
import { TIERS } from "../../core/plans/plan.ts";
import { dollars, query, time } from "./envelope.ts";
import { flatLimits, limitJson, limitsObject, planTerms } from "./limits.ts";

export const plan = z.object({
  id: z.number().int(),
  slug: z.string(),
  name: z.string(),
  tier: z.enum(TIERS),
  price_monthly: dollars,
  price_yearly: dollars,
  description: z.string(),
  features: z.array(z.string()),
  limits: flatLimits,
  ...planTerms,
});

export const plans = z.object({ plans: z.array(plan), total: z.number().int() });

export const pricingQuery = query({ provider: z.string().min(1).max(200).optional() });

const price = z.object({
  provider: z.string(),
  model_name: z.string(),
  cost_per_input_token: z.number(),
  cost_per_output_token: z.number(),
  cost_per_request: z.number(),
  cost_per_search: z.number(),
  cost_per_image: z.number(),
  cost_per_page: z.number(),
  description: z.string(),
  effective_date: time,
});

export const pricing = z.object({ pricing: z.array(price), total: z.number().int() });

export const billingPeriod = z
  .string()
  .max(20)
  .optional()
  .describe("YYYY-MM-DD (a period's start), YYYY-MM, or all; left out: the current period");

export const usageQuery = query({ billing_period: billingPeriod });

const breakdown = {
  provider_breakdown: z.record(
    z.string(),
    z.object({ calls: z.number(), tokens: z.number(), cost: dollars }),
  ),
  total_calls: z.number(),
  total_tokens: z.number(),
  total_cost: dollars,
};

const alertUpgrade = z.object({
  plan_id: z.number().int(),
  plan_name: z.string(),
  price_monthly: dollars,
  reason: z.string(),
  url: z.string().optional(),
});

export const alert = z.object({
  id: z.number().int(),
  type: z.enum([
    "usage_threshold",
    "limit_reached",
    "cost_threshold",
    "payment",
    "subscription",
    "system",
  ]),
  kind: z.enum(ALERT_KINDS).describe("What it is about, more closely than by type"),
  threshold_percentage: z.number(),
  provider: z.string().optional(),
  title: z.string(),
  message: z.string(),
  next: z.string().optional().describe("What happens next, and when"),
  action: z.string().optional().describe("What to do about it"),
  severity: z.enum(["info", "warning", "error"]),
  used: z.number().optional().describe("Of the limit when it was told; dollars of a limit on cost"),
  cap: z.number().optional().describe("In the same unit"),
  resets_at: time.optional(),
  limit: limitJson.optional(),
  upgrade: alertUpgrade.optional().describe("The plan that has more of that limit"),
  is_sent: z.boolean(),
  sent_at: time.optional(),
  is_read: z.boolean(),
  read_at: time.optional(),
  billing_period: z.string(),
  created_at: time,
});

export const usageStats = z.object({
  billing_period: z.string(),
  usage_status: z.enum(["active", "warning", "limit_reached"]),
  ...breakdown,
  avg_response_time: z.number().describe("Seconds"),
  error_rate: z.number().describe("Percent"),
  limits: limitsObject,
  usage_percentages: z.record(z.string(), z.number()),
  alerts: z.array(alert),
  historical_breakdown: z.array(z.object({ billing_period: z.string(), ...breakdown })),
  last_updated: time,
});

export const status = z.object({
  active: z.boolean(),
  plan: z.enum(TIERS),
  tier: z.enum(TIERS),
  can_use_api: z.boolean(),
  limits: flatLimits,
  reason: z.string().optional(),
});
