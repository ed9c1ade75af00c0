/** What administrators read and change: customers, keys, plans, the deployment's limits, refusals, the test clock. */
import { z } from "zod";
import { nameIn, query, time, wholeNumber } from "./envelope.ts";
import { limitJson, limitsIn } from "./limits.ts";
import { plan } from "./subscription.ts";

export const customerIn = z.strictObject({
  id: z.string({ error: "must be your own id of the customer, as text." }),
  email: z.email("must be an e-mail address.").max(320).optional(),
  name: nameIn.optional(),
  plan_id: z
    .union([z.string(), z.number().int()], { error: "must be a plan's id or slug." })
    .optional(),
  billing_cycle: z.enum(["monthly", "yearly"], { error: "must be monthly or yearly." }).optional(),
  metadata: z
    .record(z.string().max(64), z.unknown())
    .refine(
      (metadata) => JSON.stringify(metadata).length <= 10_000,
      "must be at most 10 kB of JSON.",
    )
    .optional(),
});

export const customer = z.object({
  id: z.string(),
  email: z.string().nullable(),
  name: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  plan: z.object({ id: z.number().int(), slug: z.string(), name: z.string(), tier: z.string() }),
  subscription_status: z.string().nullable(),
  usage_anchor: time,
  created_at: time,
});

const expiresAt = z.string({ error: "must be a time." }).max(40).optional();

export const customerKeyIn = z.strictObject({
  name: nameIn,
  limits: limitsIn.optional(),
  expires_at: expiresAt,
});
export const keyIn = z.strictObject({
  kind: z.enum(["service", "admin"], { error: "must be service or admin." }),
  name: nameIn,
  expires_at: expiresAt,
});

/** The one answer that holds a key's text. */
export const shownKey = z.object({ id: z.string(), key: z.string(), prefix: z.string() });

export const key = z.object({
  id: z.string(),
  kind: z.enum(["admin", "service", "customer"]),
  user_id: z.string().nullable(),
  name: z.string(),
  prefix: z.string(),
  limits: z.array(limitJson),
  created_at: time,
  last_used_at: time.nullable(),
  expires_at: time.nullable(),
  revoked_at: time.nullable(),
});

export const keysQuery = query({
  limit: wholeNumber({ least: 1, most: 1_000, otherwise: 1_000 }),
  offset: wholeNumber({ least: 0, most: 1_000_000_000, otherwise: 0 }),
});
export const keys = z.object({ keys: z.array(key), total: z.number().int() });

export const denialsQuery = query({
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

const adminPlan = plan.extend({
  version: z.number().int(),
  plan_version_id: z.number().int(),
  definition: z.record(z.string(), z.unknown()).describe("As in a plan file"),
});
export const adminPlans = z.object({ plans: z.array(adminPlan), total: z.number().int() });

export const applyPlansIn = z.strictObject({
  plans: z
    .union([z.string(), z.array(z.unknown())], {
      error: "must be a plan file's text, or a list of plans.",
    })
    .describe("The text of a plan file (YAML), or its list of plans"),
  dry_run: z.boolean({ error: "must be true or false." }).default(false),
});
export const planChanges = z.object({
  changes: z.array(
    z.object({
      plan: z.string(),
      kind: z.enum(["added", "changed", "missing"]),
      words: z.string(),
    }),
  ),
  dry_run: z.boolean(),
});

export const clockIn = z.strictObject({ now: z.string({ error: "must be a time." }) });
export const clock = z.object({ now: time });
