/** For applications that call the providers themselves: holds, and usage told after the fact. */
import { z } from "zod";
import { BUCKETS, isQuantity } from "../../core/usage.ts";
import { dollars, dollarsIn, time } from "./envelope.ts";

const quantity = z
  .number({ error: "must be a whole number from 0 to 10^12." })
  .refine(isQuantity, "must be a whole number from 0 to 10^12.");
const word = z
  .string({ error: "must be a name." })
  .min(1, "must not be empty.")
  .max(200, "must be at most 200 characters.")
  .regex(/^\S(.*\S)?$/, "must not begin or end with a space.")
  .regex(/^\P{Cc}*$/u, "must not hold control characters.");

const buckets = z
  .partialRecord(z.enum(BUCKETS, { error: `must be one of ${BUCKETS.join(", ")}.` }), quantity)
  .describe("Whole quantities by bucket; each token is in one bucket only");

const outcome = {
  cost_usd: dollarsIn.optional().describe("What the provider states as its cost; it outranks ours"),
  status_code: z.number().int().min(100).max(599).optional(),
  latency_ms: z.number().int().min(0).max(86_400_000).optional(),
};

export const reservationIn = z.strictObject({
  id: word.optional().describe("Your own id: a second request with it gets the first answer"),
  user_id: z.string().optional().describe("Or the header x-purser-customer"),
  provider: word,
  model: word,
  operation: word.optional(),
  input_tokens: quantity.optional(),
  input_text: z.string().max(10_000_000).optional(),
  max_output_tokens: quantity.optional(),
  units: buckets.optional().describe("What it will use beyond tokens: images, pages, credits …"),
  ttl_seconds: z.number().int().min(1).max(86_400).default(900),
});

export const reservation = z.object({
  reservation_id: z.string(),
  granted: z.literal(true),
  held: z.record(z.string(), z.number()).describe("By meter; cost in US dollars"),
  expires_at: time,
});

export const settleIn = z.strictObject({
  usage: buckets.optional(),
  response: z.unknown().optional().describe("The provider's own JSON, in place of usage"),
  ...outcome,
});

export const releaseIn = z.strictObject({ reason: z.string().max(500).optional() }).nullish();
export const released = z.object({ released: z.literal(true) });

/** Each event is read on its own, so that one mistake does not refuse the others. */
export const eventsIn = z.strictObject({
  events: z
    .array(z.unknown(), { error: "must be a list of events." })
    .min(1, "must hold at least one event.")
    .max(1_000, "must hold at most 1,000 events."),
});

export const eventIn = z.strictObject(
  {
    id: word,
    timestamp: z.string().optional(),
    provider: word,
    model: word,
    operation: word.optional(),
    usage: buckets.optional(),
    response: z.unknown().optional(),
    ...outcome,
    tags: z
      .record(z.string().min(1).max(64), z.string().max(256))
      .refine((tags) => Object.keys(tags).length <= 20, "must be at most 20 tags.")
      .optional(),
  },
  { error: "must be an event: { id, provider, model, usage }." },
);

export const eventsAnswer = z.object({
  recorded: z.number().int(),
  duplicates: z.number().int(),
  rejected: z.array(
    z.object({ id: z.string().nullable(), index: z.number().int(), error: z.string() }),
  ),
});

export const usageEvent = z.object({
  event_id: z.string(),
  user_id: z.string(),
  key_id: z.string().nullable(),
  timestamp: time,
  provider: z.string(),
  model: z.string(),
  operation: z.string(),
  source: z.enum(["gateway", "library", "reservation", "event", "import"]),
  usage: z.partialRecord(z.enum(BUCKETS), z.number()),
  cost: dollars,
  cost_lines: z.array(
    z.object({
      bucket: z.string(),
      quantity: z.number(),
      unit_cost: z.number(),
      cost: dollars,
      price_id: z.string(),
    }),
  ),
  stated_cost: dollars.optional(),
  status_code: z.number().int(),
  response_time: z.number().describe("Seconds"),
  time_to_first_token: z.number().optional().describe("Seconds"),
  streamed: z.boolean(),
  estimated: z.boolean(),
  unconfirmed: z.boolean(),
  unpriced: z.boolean(),
  overrun: z.boolean(),
  retry_count: z.number().int(),
  tags: z.record(z.string(), z.string()),
  billing_period: z.string(),
});
