/** Administrators read and change what providers charge, and price past calls again. */
import { z } from "zod";
import { ORIGINS } from "../../core/pricing/price.ts";
import { priceSchema, ratesSchema } from "../../core/pricing/price-json.ts";
import { dollars, query, time } from "./envelope.ts";

const word = z.string().min(1).max(200);
const date = z
  .string({ error: "must be a date such as 2026-04-01." })
  .max(40)
  .describe("A date (midnight UTC) or a time");

export const adminPricesQuery = query({
  provider: word.optional(),
  model: word.optional(),
  history: z
    .enum(["true", "false"], { error: "must be true or false." })
    .default("false")
    .describe("true: every dated row, not only those in force now"),
});

const adminPrice = z.object({
  id: z.string().describe("What an event's cost lines point at"),
  origin: z.enum(ORIGINS).describe("A later one outranks those before it, from its first date on"),
  provider: z.string(),
  model: z.string(),
  from: time.nullable().describe("null: since ever"),
  in_force: z.boolean(),
  rates: ratesSchema,
  daily: z
    .object({ from: z.string(), to: z.string() })
    .optional()
    .describe("Hours of the day, UTC"),
  source: z.string(),
  description: z.string(),
});
export const adminPrices = z.object({ prices: z.array(adminPrice), total: z.number().int() });

export const unpricedModels = z.object({
  since: time.describe("What was called before is left out"),
  models: z
    .array(
      z.object({
        provider: z.string(),
        model: z.string().describe("As it was asked for"),
        first_at: time.describe("Of the first call without a price"),
        last_at: time.describe("Of the last one that an alert was told about"),
        calls: z.number().int().describe("Of the model since then, whole days"),
        tokens: z.number().int(),
        has_price: z
          .boolean()
          .describe("true: it was priced since, but its earlier calls are still counted at $0"),
      }),
    )
    .describe("Whose calls are counted at $0, the last called first"),
  total: z.number().int(),
});

export const priceIn = priceSchema;

export const applyPricesIn = z.strictObject({
  prices: z
    .union([z.string(), z.array(z.unknown())], {
      error: "must be a price file's text, or a list of prices.",
    })
    .describe("The text of a price file (YAML), or its list of prices"),
  dry_run: z.boolean({ error: "must be true or false." }).default(false),
});

export const updatePricesIn = z.strictObject({
  catalogue: z.unknown().describe("The JSON of a genai-prices data file"),
  dry_run: z.boolean({ error: "must be true or false." }).default(true),
});

export const priceChanges = z.object({
  changes: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      kind: z.enum(["added", "changed"]),
      words: z.string(),
    }),
  ),
  skipped: z.array(z.string()).describe("Models of a catalogue file that could not be read"),
  dry_run: z.boolean(),
});

export const rerateIn = z.strictObject({
  provider: word,
  model: word.optional().describe("Left out: every model of the provider"),
  from: date.optional(),
  to: date.optional().describe("Exclusive"),
  dry_run: z.boolean({ error: "must be true or false." }).default(true),
  cursor: z.string().max(20).optional().describe("`next_cursor` of the part before"),
});

export const rerated = z.object({
  dry_run: z.boolean(),
  examined: z.number().int().describe("Calls that were priced again in this part"),
  changed: z.number().int(),
  still_unpriced: z.number().int(),
  old_cost: dollars,
  new_cost: dollars,
  events: z.array(
    z.object({
      event_id: z.string(),
      timestamp: time,
      model: z.string(),
      old_cost: dollars,
      new_cost: dollars,
      price_id: z.string(),
    }),
  ),
  has_more: z.boolean().describe("The log is worked through in parts; go on with `next_cursor`"),
  next_cursor: z.string().optional(),
});
