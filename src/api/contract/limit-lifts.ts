/** One customer's limit, raised until a date. */
import { z } from "zod";
import { limitSchema } from "../../core/limits/read-limit.ts";
import { time } from "./envelope.ts";

/** Which limit: what it counts, without its cap. */
const liftedLimit = limitSchema.omit({ max: true, at_cap: true, alert_at: true });

const cap = z.union([z.number(), z.literal("unlimited")]);

export const limitLiftIn = z.strictObject({
  limit: liftedLimit.describe("A limit of the customer's plan, as in a plan file but for its cap"),
  max: limitSchema.shape.max.describe(
    "Its cap meanwhile, more than the plan's: US dollars for cost, or `unlimited`",
  ),
  until: z.string({ error: "must be a time." }).describe("RFC 3339; from then on the plan's holds"),
  reason: z
    .string({ error: "must be words." })
    .trim()
    .min(1, "must not be empty.")
    .max(500, "must be at most 500 characters.")
    .optional(),
});

export const limitLift = z.object({
  id: z.number().int(),
  limit: liftedLimit,
  max: cap.describe("US dollars for cost"),
  plan_max: cap
    .nullable()
    .describe("What the plan in force says itself; null: it has no such limit now"),
  until: time,
  reason: z.string().nullable(),
  state: z
    .enum(["in_force", "over", "ended"])
    .describe("`over`: its time has come; `ended`: taken back or replaced before"),
  made_by: z.string().describe("As in the audit log"),
  created_at: time,
  ended_at: time.nullable().describe("When it was taken back or replaced"),
});

export const limitLifts = z.object({
  limit_lifts: z.array(limitLift).describe("The newest first, at most 100"),
});
