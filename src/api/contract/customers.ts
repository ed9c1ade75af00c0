/** Shapes of customers as administrators see and change them. */
import { z } from "zod";
import { dollars, nameIn, query, time, wholeNumber } from "./envelope.ts";
import { shownPlan } from "./plans.ts";
import { subscription } from "./subscriptions.ts";

const email = z.email("must be an e-mail address.").max(320);
const metadata = z
  .record(z.string().max(64), z.unknown(), { error: "must be an object." })
  .refine((value) => JSON.stringify(value).length <= 10_000, "must be at most 10 kB of JSON.");

export const customerIn = z.strictObject({
  id: z.string({ error: "must be your own id of the customer, as text." }),
  email: email.optional(),
  name: nameIn.optional(),
  plan_id: z
    .union([z.string(), z.number().int()], { error: "must be a plan's id or slug." })
    .optional(),
  billing_cycle: z.enum(["monthly", "yearly"], { error: "must be monthly or yearly." }).optional(),
  metadata: metadata.optional(),
});

export const customerEditIn = z.strictObject({
  email: email.nullable().optional().describe("null clears it; left out, it stays"),
  name: nameIn.nullable().optional(),
  metadata: metadata.nullable().optional().describe("Replaces all of it"),
});

export const customer = z.object({
  id: z.string().describe("Your own id of the customer; of an erased one, the internal id"),
  email: z.string().nullable(),
  name: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  plan: shownPlan,
  subscription_status: z.string().nullable(),
  usage_anchor: time,
  created_at: time,
  erased: z.boolean(),
});

const usage = z
  .object({ billing_period: z.string(), calls: z.number(), tokens: z.number(), cost: dollars })
  .describe("Of the present usage period");

export const customerInFull = customer.extend({
  subscription: subscription.nullable().describe("null: the default plan"),
  live_keys: z.number().int().describe("Neither revoked nor expired"),
  last_call_at: time.nullable().describe("When the newest call in the log was made"),
  usage,
});

const STATUSES = ["trialing", "active", "past_due", "paused", "expired", "none"] as const;

export const customersQuery = query({
  search: z
    .string()
    .min(1, "must not be empty.")
    .max(320, "must be at most 320 characters.")
    .optional()
    .describe("An id, or a part of an id, e-mail or name"),
  plan: z.string().min(1).max(200).optional().describe("Subscribers of this plan (id or slug)"),
  status: z
    .enum(STATUSES, { error: `must be one of ${STATUSES.join(", ")}.` })
    .optional()
    .describe("Of the subscription; `none`: without one"),
  limit: wholeNumber({ least: 1, most: 100, otherwise: 50 }),
  cursor: z.string().max(200).optional(),
});

export const customerPage = z.object({
  customers: z.array(customer.extend({ usage })),
  limit: z.number().int(),
  has_more: z.boolean(),
  next_cursor: z.string().optional().describe("Whenever has_more"),
  searched: z
    .number()
    .int()
    .describe(
      "How many customers were looked at for this page: people are encrypted, so a search reads them",
    ),
});

export const customerErased = z.object({
  erased: z.literal(true),
  internal_id: z.string().describe("What their sums are kept under"),
});
