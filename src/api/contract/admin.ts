/** What administrators read and change of the deployment: its own limits, refusals, the test clock. */
import { z } from "zod";
import { query, time, wholeNumber } from "./envelope.ts";
import { limitJson, limitsIn } from "./limits.ts";

export const denialsQuery = query({
  user_id: z.string().optional().describe("Refusals of this customer only"),
  limit: wholeNumber({ least: 1, most: 1_000, otherwise: 1_000 }),
});
export const denials = z.object({
  counts: z.array(
    z.object({
      user_id: z.string(),
      code: z.string(),
      limit: z.string(),
      day: z.string(),
      count: z.number().int(),
    }),
  ),
  denials: z.array(
    z.object({
      id: z.number().int(),
      user_id: z.string(),
      timestamp: time,
      code: z.string(),
      provider: z.string(),
      model: z.string(),
      operation: z.string(),
      limit: limitJson.nullable(),
      used: z.number().nullable(),
      held: z.number().nullable(),
      cap: z.number().nullable(),
      requested: z.number().nullable(),
    }),
  ),
});

export const deploymentLimitsIn = z.strictObject({ limits: limitsIn });
export const deploymentLimits = z.object({ limits: z.array(limitJson) });

export const clockIn = z.strictObject({ now: z.string({ error: "must be a time." }) });
export const clock = z.object({ now: time });
