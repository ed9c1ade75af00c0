/** How fast calls are answered, how many fail, and the operator's objectives for both. */
import { z } from "zod";
import { objectiveSchema } from "../../core/objectives/read-objective.ts";
import { query } from "./envelope.ts";

const day = z.string().max(40).optional();

/** A range of UTC days. */
export const dayRange = {
  from: day.describe("YYYY-MM-DD or a time; left out: 30 days before `to`"),
  to: day.describe("Exclusive; left out: the end of today"),
};

const milliseconds = z
  .number()
  .int()
  .nullable()
  .describe("Milliseconds, right within 10 %; null where none was measured");

export const performanceFigures = z.object({
  p50_ms: milliseconds,
  p95_ms: milliseconds,
  p99_ms: milliseconds,
  error_rate: z.number().describe("Percent of the events"),
  events: z.number().int(),
  measured: z.number().int().describe("Events with a latency: percentiles are of these"),
});

export const performanceQuery = query({
  ...dayRange,
  by: z
    .enum(["provider", "model", "provider_model"], {
      error: "must be provider, model or provider_model.",
    })
    .default("provider_model"),
});

export const performance = z.object({
  from: z.string(),
  to: z.string().describe("Exclusive"),
  by: z.enum(["provider", "model", "provider_model"]),
  all: performanceFigures,
  performance: z.array(
    performanceFigures.extend({ provider: z.string().optional(), model: z.string().optional() }),
  ),
});

export const objectivesIn = z.strictObject({
  objectives: z
    .array(objectiveSchema, { error: "must be a list of objectives." })
    .max(50, "must be at most 50 objectives."),
});

export const objectives = z.object({
  objectives: z.array(
    objectiveSchema.extend({
      achieved_percent: z.number().nullable(),
      events: z.number().int(),
      budget_left_percent: z
        .number()
        .nullable()
        .describe("The share of the allowed misses that is left; below 0 where it is broken"),
      status: z.enum(["met", "at_risk", "broken", "no_data"]),
    }),
  ),
});
