/** Shapes of the outbox: each message to each receiver, and how far it has come. */
import { z } from "zod";
import { query, time, wholeNumber } from "./envelope.ts";

export const DELIVERY_STATES = ["pending", "sent", "dead", "dropped"] as const;

const state = z.enum(DELIVERY_STATES, { error: `must be one of ${DELIVERY_STATES.join(", ")}.` });

export const outboxQuery = query({
  user_id: z.string().optional().describe("Messages about this customer only"),
  state: state.optional(),
  channel_id: z.coerce
    .number<number | string>({ error: "must be a channel's id." })
    .int("must be a channel's id.")
    .min(1, "must be a channel's id.")
    .max(Number.MAX_SAFE_INTEGER, "must be a channel's id.")
    .optional(),
  limit: wholeNumber({ least: 1, most: 1_000, otherwise: 100 }),
  cursor: z.string().max(200).optional(),
});

const delivery = z.object({
  id: z.number().int(),
  receiver: z.string().describe("The channel's name, or such as `mail to customer ada`"),
  channel_id: z.number().int().nullable(),
  user_id: z
    .string()
    .nullable()
    .describe("Whom it is about; null: the deployment. Of an erased customer the internal id"),
  event: z.string(),
  message_id: z.string().describe("The same each time it is sent: receivers drop repeats by it"),
  state,
  attempts: z.number().int(),
  next_attempt_at: time.nullable(),
  last_error: z.string().nullable(),
  last_status: z.number().int().nullable().describe("Of HTTP or SMTP"),
  created_at: time,
  ended_at: time.nullable(),
});

export const outboxPage = z.object({
  deliveries: z.array(delivery),
  counts: z
    .object({
      pending: z.number().int(),
      sent: z.number().int(),
      dead: z.number().int(),
      dropped: z.number().int(),
    })
    .describe("Of all there are, whatever the filters"),
  limit: z.number().int(),
  has_more: z.boolean(),
  next_cursor: z.string().optional().describe("Whenever has_more"),
});

export const retried = z.object({ queued: z.literal(true) });
