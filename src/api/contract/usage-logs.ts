/** Shapes of the usage log: its pages, its export, and the whole story of one call. */
import { z } from "zod";
import { BUCKETS } from "../../core/usage.ts";
import { usageEvent } from "./calls.ts";
import { dollars, query, time, wholeNumber } from "./envelope.ts";
import { billingPeriod } from "./subscription.ts";

const name = z.string().min(1, "must not be empty.").max(200, "must be at most 200 characters.");

const wanted = {
  provider: name.optional(),
  model: name.optional().describe("As it was asked for, or as it answered"),
  operation: name.optional(),
  key_id: name.optional(),
  source: z
    .enum(["gateway", "library", "reservation", "event", "import"], {
      error: "must be gateway, library, reservation, event or import.",
    })
    .optional(),
  status: z
    .enum(["success", "failed"], { error: "must be success or failed." })
    .optional()
    .describe("success: a status code from 200 to 399"),
  status_code: z.coerce
    .number({ error: "must be a whole number from 0 to 999." })
    .int("must be a whole number from 0 to 999.")
    .min(0, "must be a whole number from 0 to 999.")
    .max(999, "must be a whole number from 0 to 999.")
    .optional(),
  tag: z
    .string()
    .max(400)
    .regex(/^[^:]{1,64}:/, "must be a tag's name and value, such as team:red.")
    .optional()
    .describe("A tag's name and value, such as team:red"),
  billing_period: billingPeriod,
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional().describe("Exclusive"),
};

export const logsQuery = query({
  limit: wholeNumber({ least: 1, most: 5_000, otherwise: 100 }),
  offset: wholeNumber({ least: 0, most: 1_000_000_000, otherwise: 0 }),
  cursor: z
    .string()
    .max(200)
    .optional()
    .describe("`next_cursor` of the page before; outranks offset"),
  ...wanted,
  format: z
    .enum(["json", "csv", "jsonl"], { error: "must be json, csv or jsonl." })
    .default("json"),
});

export const exportQuery = query({
  ...wanted,
  format: z.enum(["csv", "jsonl"], { error: "must be csv or jsonl." }).default("csv"),
  all_customers: z
    .enum(["true", "false"], { error: "must be true or false." })
    .default("false")
    .describe("Administrators only: everybody's lines, with a column `user_id`"),
});

/** A line; the same in a page, an export and the live stream. */
const log = z.object({
  id: z.number().int(),
  event_id: z.string(),
  timestamp: time,
  provider: z.string(),
  actual_provider_name: z.string(),
  model_used: z.string().nullable(),
  operation: z.string(),
  endpoint: z.string(),
  method: z.string(),
  key_id: z.string().nullable(),
  source: z.string(),
  tokens_input: z.number(),
  tokens_output: z.number(),
  tokens_total: z.number(),
  cost_input: dollars,
  cost_output: dollars,
  cost_total: dollars,
  response_time: z.number().describe("Seconds"),
  status_code: z.number().int(),
  status: z.enum(["success", "failed"]),
  error_message: z.string().nullable(),
  billing_period: z.string(),
  retry_count: z.number().int(),
  is_aggregated: z.literal(false),
});

/** Bare: not in the envelope's `data`. */
export const logPage = z.object({
  logs: z.array(log),
  total_count: z.number().int(),
  total_count_is_capped: z
    .literal(true)
    .optional()
    .describe("Only the newest events were counted: there may be more"),
  limit: z.number().int(),
  offset: z.number().int(),
  has_more: z
    .boolean()
    .describe("With rare filters a page may hold less than its limit all the same"),
  next_cursor: z.string().optional(),
});

const bucketSums = z.partialRecord(z.enum(BUCKETS), z.number());

export const loggedEvent = usageEvent.extend({
  endpoint: z.string(),
  method: z.string(),
  model_requested: z.string(),
  status: z.enum(["success", "failed"]),
  error_message: z.string().nullable(),
  held: z
    .record(z.string(), z.number())
    .nullable()
    .describe("What was held for it, by meter, cost in US dollars; null: nothing, or not recorded"),
  expected: z
    .object({ usage: bucketSums, cost: dollars })
    .nullable()
    .describe("What it was expected to use when it was held; null: not recorded"),
  corrections: z
    .array(
      z.object({
        id: z.number().int(),
        reason: z.string(),
        usage: bucketSums.describe("What it adds to the call's usage; may be less than nothing"),
        cost: dollars,
        created_at: time,
      }),
    )
    .describe("Oldest first"),
  corrected: z
    .object({ usage: bucketSums, cost: dollars })
    .describe("What the call is worth now: as it was written, and all corrections"),
});
