/** How much of each limit of a customer is used. */
import { z } from "zod";
import { time } from "./envelope.ts";
import { limitJson } from "./limits.ts";

export const limitUses = z.object({
  plan: z.object({ id: z.number().int(), slug: z.string(), name: z.string() }),
  limits: z.array(
    z.object({
      of: z.enum(["plan", "key"]),
      key: z.object({ id: z.string(), name: z.string() }).optional(),
      limit: limitJson.describe("As in a plan file"),
      used: z.number().describe("In the meter's unit; US dollars for cost"),
      held: z.number().describe("By calls that are running"),
      max: z.number(),
      remaining: z.number(),
      percent: z.number(),
      resets_at: time,
      lift: z
        .object({
          until: time,
          plan_max: z
            .union([z.number(), z.literal("unlimited")])
            .describe("The plan's own cap, which holds from then on"),
        })
        .optional()
        .describe("An operator has given this customer another cap until then"),
    }),
  ),
});
