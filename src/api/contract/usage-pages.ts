/** Shapes of a customer's pages: trends, breakdown, dashboard. */
import { z } from "zod";
import { dollars, query, time, wholeNumber } from "./envelope.ts";
import { limitsObject } from "./limits.ts";
import { alert, billingPeriod, usageStats } from "./subscription.ts";

const counts = z.array(z.number());
const amounts = z.array(dollars);
const series = { calls: counts, cost: amounts, tokens: counts };

export const dashboardQuery = query({ billing_period: billingPeriod });

export const trendsQuery = query({
  months: wholeNumber({ least: 1, most: 24, otherwise: 6 }).describe("How many usage periods"),
  granularity: z
    .enum(["period", "day", "hour"], { error: "must be period, day or hour." })
    .default("period")
    .describe("Steps of the lists; hours of at most 3 periods"),
});

/** All lists are of one length, oldest first; the last is the present step. */
export const trends = z.object({
  periods: z
    .array(z.string())
    .describe("Starts of the steps: dates, or times where they are hours"),
  total_calls: counts,
  total_cost: amounts,
  total_tokens: counts,
  provider_trends: z.record(z.string(), z.object(series)),
});

export const dashboard = z.object({
  current_usage: usageStats,
  current_period_usage: usageStats.describe("The same as current_usage"),
  total_usage: usageStats.describe("Of all time; status, percentages and alerts are the period's"),
  trends,
  limits: limitsObject,
  usage_percentages: z.record(z.string(), z.number()),
  projections: z.object({
    projected_monthly_cost: dollars,
    cost_limit: dollars.describe("0: no limit"),
    projected_usage_percentage: z.number(),
    projected_calls: z.number(),
    low: dollars,
    high: dollars.describe("The truth lies from low to high in about eight of ten cases"),
    method: z.enum(["straight_line", "weighted_days", "past"]),
  }),
  alerts: z.array(alert).describe("Unread first, then newest first; at most 10"),
  summary: z.object({
    total_api_calls_this_month: z.number(),
    total_cost_this_month: dollars,
    usage_status: z.enum(["active", "warning", "limit_reached"]),
    unread_alerts: z.number().int(),
  }),
});

export const periods = z.object({
  periods: z
    .array(
      z.object({
        billing_period: z.string().describe("YYYY-MM-DD: what other pages take"),
        start: time,
        end: time.describe("Exclusive"),
        is_present: z.boolean(),
      }),
    )
    .describe("Newest first, from the first with any use on; the present one is always there"),
});

const name = z.string().min(1, "must not be empty.").max(200, "must be at most 200 characters.");
const instantIn = z
  .string()
  .max(40)
  .optional()
  .describe("A date such as 2026-04-01, or a time such as 2026-04-01T12:00:00Z");

export const breakdownQuery = query({
  by: z.enum(["provider", "model", "operation", "key", "tag"], {
    error: "must be provider, model, operation, key or tag.",
  }),
  tag: name.optional().describe("With by=tag: one of the declared tag names"),
  billing_period: billingPeriod,
  from: instantIn,
  to: instantIn.describe("Exclusive"),
  granularity: z
    .enum(["none", "period", "day", "hour"], { error: "must be none, period, day or hour." })
    .default("none"),
  provider: name.optional(),
  model: name.optional(),
  operation: name.optional(),
  key_id: name.optional(),
});

const breakdownSums = {
  calls: z.number(),
  tokens: z.number(),
  input_tokens: z.number().nullable().describe("null: not known of tags"),
  output_tokens: z.number().nullable(),
  cost: dollars,
  error_rate: z.number().nullable().describe("Percent"),
};

export const breakdown = z.object({
  by: z.enum(["provider", "model", "operation", "key", "tag"]),
  steps: z.array(z.string()).describe("Where each step of the series starts"),
  rows: z.array(
    z.object({
      name: z.string().describe("Of keys the id; empty: none; `other`: all beyond fifty"),
      title: z.string().optional().describe("A key's name, or a model's provider where it is one"),
      ...breakdownSums,
      share: z.number().describe("Percent of the whole cost"),
      series: z.object(series).optional(),
    }),
  ),
  total: z.object(breakdownSums),
});
