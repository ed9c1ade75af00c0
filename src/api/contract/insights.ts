/** What a customer is advised to do, what each model came to, and how their calls did. */
import { z } from "zod";
import { dollars, query, time, wholeNumber } from "./envelope.ts";
import { limitJson } from "./limits.ts";
import { performanceFigures } from "./performance.ts";

export const insightsQuery = query({
  months: wholeNumber({ least: 1, most: 24, otherwise: 3 }).describe(
    "Usage periods looked at, the present one being the last",
  ),
});

const plan = z.object({
  id: z.number().int(),
  slug: z.string(),
  name: z.string(),
  price_monthly: dollars,
});
const count = z.number().int();

const recommendation = z.object({
  kind: z.enum(["plan", "limit_ahead", "cheaper_model", "unused_key", "spend_change"]),
  title: z.string(),
  message: z.string().describe("What, how much, and what to do"),
  saving_usd: dollars.optional(),
  saving_per: z
    .enum(["month", "range"])
    .optional()
    .describe("Each month from now on, or in the periods that were looked at"),
  plan: plan.optional().describe("The plan to change to"),
  periods: count.optional().describe("Whole periods that the plan would have held"),
  limit: limitJson.optional(),
  on: z.string().optional().describe("YYYY-MM-DD, UTC: the day that the limit is reached"),
  provider: z.string().optional(),
  model: z.string().optional(),
  alternative: z.object({ provider: z.string(), model: z.string() }).optional(),
  keys: z
    .array(z.object({ id: z.string(), name: z.string(), last_used_at: time.nullable() }))
    .optional(),
  last_7_days: dollars.optional(),
  before_28_days: dollars.optional(),
  change_percent: z
    .number()
    .optional()
    .describe("The last 7 days against a quarter of the 28 before"),
});

export const insights = z.object({
  recommendations: z.array(recommendation),
  models: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      calls: count,
      tokens: count,
      cost: dollars,
      cost_per_call: dollars,
      p50_ms: count.nullable(),
      error_rate: z.number().describe("Percent of the events"),
      alternatives: z
        .array(
          z.object({ provider: z.string(), model: z.string(), cost: dollars, saving: dollars }),
        )
        .describe("Cheaper models for the same work, and what the same usage would have cost"),
    }),
  ),
  performance: performanceFigures.extend({ by_provider: z.record(z.string(), performanceFigures) }),
});
