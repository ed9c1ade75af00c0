/** Shapes of keys; only the answer that makes one holds its text. */
import { z } from "zod";
import { nameIn, query, time, wholeNumber } from "./envelope.ts";
import { limitJson, limitsIn } from "./limits.ts";

const KINDS = ["admin", "service", "customer"] as const;
const OVERLAP_SECONDS_MOST = 30 * 86_400;
const OVERLAP = `must be a whole number of seconds from 0 to ${OVERLAP_SECONDS_MOST}.`;

const expiresAt = z.string({ error: "must be a time." }).max(40).optional();

export const customerKeyIn = z.strictObject({
  name: nameIn,
  limits: limitsIn.optional().describe("A budget of the key's own, beside its customer's plan"),
  expires_at: expiresAt,
});
export const keyIn = z.strictObject({
  kind: z.enum(["service", "admin"], { error: "must be service or admin." }),
  name: nameIn,
  expires_at: expiresAt,
});
export const rotateIn = z
  .strictObject({
    overlap_seconds: z
      .number({ error: OVERLAP })
      .int(OVERLAP)
      .min(0, OVERLAP)
      .max(OVERLAP_SECONDS_MOST, OVERLAP)
      .default(0)
      .describe("How long the replaced key still works"),
  })
  .nullish();

/** The one answer that holds a key's text. */
export const shownKey = z.object({ id: z.string(), key: z.string(), prefix: z.string() });

export const ownKey = z.object({
  id: z.string(),
  counts_as: z
    .string()
    .describe("The id that its usage and budget count under: of a rotated key, the first one's"),
  name: z.string(),
  prefix: z.string(),
  created_at: time,
  last_used_at: time.nullable(),
  expires_at: time.nullable(),
  revoked_at: time.nullable(),
  limits: z.array(limitJson),
});

export const key = ownKey.extend({
  kind: z.enum(KINDS),
  user_id: z.string().nullable().describe("Of an erased customer: the internal id"),
});

const page = {
  limit: wholeNumber({ least: 1, most: 1_000, otherwise: 1_000 }),
  offset: wholeNumber({ least: 0, most: 1_000_000_000, otherwise: 0 }),
};
export const keysQuery = query({
  ...page,
  kind: z.enum(KINDS, { error: "must be admin, service or customer." }).optional(),
  user_id: z.string().optional().describe("The keys of this customer only"),
});
export const keys = z.object({ keys: z.array(key), total: z.number().int() });

export const ownKeysQuery = query(page);
export const ownKeys = z.object({ keys: z.array(ownKey), total: z.number().int() });
