/** The shapes of a preflight: operations that are asked about before they are made. */
import { z } from "zod";
import { isQuantity } from "../../core/usage.ts";
import { dollars } from "./envelope.ts";

const OPERATIONS_MOST = 100;
const tokensMend = "must be a whole number from 0 to 10^10.";

const words = z
  .string({ error: "must be words." })
  .trim()
  .min(1, "must not be empty.")
  .max(200, "must be at most 200 characters.");

const operation = z.strictObject({
  provider: words,
  model: words.nullish().describe("Left out: the provider's dearest model"),
  tokens_requested: z
    .number({ error: tokensMend })
    .refine(isQuantity, tokensMend)
    .nullish()
    .describe("Input and output together; left out: 0"),
  operation_type: words.describe("Free text; a limit on an operation of this name counts it"),
  actual_provider_name: words
    .nullish()
    .describe("Who really does it: priced and limited as this provider"),
});

export const preflightIn = z.strictObject({
  operations: z
    .array(operation, { error: "must be a list of operations." })
    .min(1, "must hold at least one operation.")
    .max(OPERATIONS_MOST, `must hold at most ${OPERATIONS_MOST} operations.`),
});

const room = { limit: z.number(), remaining: z.number() };

export const preflighted = z.object({
  can_proceed: z.boolean(),
  estimated_cost: dollars.describe("The most that all operations can cost, in US dollars"),
  total_cost: dollars.describe("The same"),
  cached: z.literal(false),
  usage_summary: z
    .object({ current_calls: z.number(), ...room })
    .nullable()
    .describe("Calls of all providers; null: no limit counts them together"),
  operations: z.array(
    z.object({
      provider: z.string(),
      operation_type: z.string(),
      cost: dollars.describe("The most it can cost, in US dollars"),
      allowed: z.boolean(),
      limit_info: z
        .object({ current_usage: z.number(), ...room })
        .nullable()
        .describe("The limit nearest its cap, or the one that refused; null: nothing limits it"),
      message: z.string(),
    }),
  ),
});
