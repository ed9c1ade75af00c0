/** Administrators recount what is derived from the log, and put right what differs. */
import { z } from "zod";

export const auditIn = z.strictObject({
  repair: z
    .boolean({ error: "must be true or false." })
    .default(false)
    .describe("true: posts what is lacking to each number that differs"),
  cursor: z.string().max(60).optional().describe("`next_cursor` of the part before"),
});

const exact = z.string().describe("Exact: a whole number, or US dollars where cost is summed");

const difference = z.object({
  what: z.string().describe("Stable words for the number, as in the audit log"),
  kind: z.enum(["counter", "rollup_hour", "rollup_day", "rollup_period"]),
  sum: z.string().describe("What is summed: a meter, `events`, `latency_ms` or `retries`"),
  part: z.enum(["used", "held"]).nullable().describe("Of a counter"),
  user_id: z.string().nullable().describe("Whose it is, where that is known"),
  subject: z.string().describe("A customer's inner id, `key:…`, or `deployment`"),
  provider: z.string(),
  model: z.string(),
  operation: z.string(),
  per: z.enum(["period", "month", "day", "hour", "minute"]),
  from: z.string().describe("The start of its window, RFC 3339 in UTC"),
  found: exact,
  expected: exact,
  repaired: z.boolean(),
  why_not: z.string().nullable().describe("Why it could not be repaired"),
});

export const audited = z.object({
  repair: z.boolean(),
  differences: z.array(difference).describe("Found in this part"),
  counted: z
    .object({
      customers: z.number().int(),
      events: z.number().int(),
      counters: z.number().int(),
      rollups: z.number().int(),
    })
    .describe("All parts so far"),
  has_more: z.boolean().describe("The log is worked through in parts; go on with `next_cursor`"),
  next_cursor: z.string().optional(),
});
