/** Shapes of subscriptions: what a customer is on, how it changes, what became of it. */
import { z } from "zod";
import { TIERS } from "../../core/plans/plan.ts";
import { dollars, query, time, wholeNumber } from "./envelope.ts";
import { flatLimits, planTerms } from "./limits.ts";

const CYCLES = ["monthly", "yearly"] as const;
const STATUSES = ["trialing", "active", "past_due", "paused", "canceled", "expired"] as const;
const WHENS = ["now", "period_end"] as const;

const cycle = z.enum(CYCLES);
const cycleIn = z.enum(CYCLES, { error: "must be monthly or yearly." });
const whenIn = z.enum(WHENS, { error: "must be now or period_end." });
const timeIn = z.string({ error: "must be a time such as 2026-04-01T12:00:00Z." }).max(40);
const planIdIn = z
  .union([z.string().max(200), z.number().int()], { error: "must be a plan's id or slug." })
  .describe("A plan's id or slug");

const plan = z.object({
  id: z.number().int(),
  slug: z.string(),
  name: z.string(),
  tier: z.enum(TIERS),
  version: z.number().int(),
});

export const subscription = z.object({
  id: z.number().int(),
  billing_cycle: cycle,
  current_period_start: time,
  current_period_end: time,
  status: z.enum(STATUSES),
  auto_renew: z.boolean(),
  cancel_at_period_end: z.boolean(),
  created_at: time,
  plan,
  trial_end: time.optional(),
  scheduled_change: z
    .object({ plan, billing_cycle: cycle, at: time })
    .optional()
    .describe("What the end of the present period brings instead of a renewal"),
  grace_until: time.optional().describe("A payment is missing; until then the plan is kept"),
  paused_at: time.optional(),
  ended_at: time.optional(),
});

export const ownSubscription = z.object({
  subscription: subscription.nullable().describe("null: the default plan"),
  plan: z
    .object({
      id: z.number().int(),
      slug: z.string(),
      name: z.string(),
      tier: z.enum(TIERS),
      price_monthly: dollars,
      price_yearly: dollars,
      description: z.string(),
      is_free: z.boolean(),
    })
    .describe("The plan that holds now"),
  limits: flatLimits,
  ...planTerms,
});

export const subscribeIn = z.strictObject({
  plan_id: planIdIn,
  billing_cycle: cycleIn.default("monthly"),
  trial_days: z
    .number({ error: "must be a whole number from 1 to 730." })
    .int("must be a whole number from 1 to 730.")
    .min(1, "must be a whole number from 1 to 730.")
    .max(730, "must be a whole number from 1 to 730.")
    .optional()
    .describe("By a service or admin key"),
  trial_end: timeIn.optional().describe("Instead of trial_days"),
  trial_then: z
    .enum(["active", "cancel"], { error: "must be active or cancel." })
    .optional()
    .describe("What follows the trial; left out: active"),
});

export const subscribed = z.object({
  subscription_id: z.number().int(),
  plan_name: z.string(),
  billing_cycle: cycle,
  current_period_start: time,
  current_period_end: time,
  status: z.enum(STATUSES),
  limits: flatLimits,
});

export const cancelIn = z.strictObject({ at: whenIn.default("period_end") }).nullish();
/** `at` is accepted, since clients send it with both: what is undone is undone at once. */
export const resumeIn = z.strictObject({ at: whenIn.optional() }).nullish();

export const changePlanIn = z.strictObject({
  plan_id: planIdIn,
  billing_cycle: cycleIn.optional().describe("Left out: the present one"),
  when: whenIn.default("now"),
  preview: z.boolean({ error: "must be true or false." }).default(false),
});

export const planChange = z.object({
  lines: z.array(z.object({ description: z.string(), amount: dollars })),
  total_due: dollars.describe("The sum of the lines, never below 0"),
  effective_at: time,
  subscription: subscription.nullable().describe("As it is now: after a preview, as it was"),
});

export const pageQuery = query({
  limit: wholeNumber({ least: 1, most: 100, otherwise: 50 }),
  offset: wholeNumber({ least: 0, most: 1_000_000_000, otherwise: 0 }),
});

const pageOf = {
  total_count: z.number().int(),
  limit: z.number().int(),
  offset: z.number().int(),
  has_more: z.boolean(),
};

const renewal = z.object({
  id: z.number().int(),
  plan_name: z.string(),
  plan_tier: z.enum(TIERS),
  previous_period_start: time.nullable(),
  previous_period_end: time.nullable(),
  new_period_start: time,
  new_period_end: time,
  billing_cycle: cycle,
  renewal_type: z.enum(["new", "renewal", "upgrade", "downgrade"]),
  renewal_count: z.number().int(),
  previous_plan_name: z.string().nullable(),
  previous_plan_tier: z.enum(TIERS).nullable(),
  usage_before_renewal: z
    .object({ total_calls: z.number(), total_tokens: z.number(), total_cost: dollars })
    .nullable(),
  payment_amount: dollars,
  payment_status: z.enum(["paid", "pending", "failed"]),
  payment_date: time.nullable(),
  created_at: time,
});

export const renewalPage = z.object({ renewals: z.array(renewal), ...pageOf });

const invoice = z.object({
  id: z.number().int(),
  number: z.string(),
  status: z.enum(["draft", "open", "paid", "void", "uncollectible"]),
  currency: z.string(),
  period_start: time,
  period_end: time,
  lines: z.array(
    z.object({
      description: z.string(),
      quantity: z.number(),
      unit_amount: dollars,
      amount: dollars,
      kind: z.enum(["base", "overage", "proration", "credit", "tax"]),
    }),
  ),
  subtotal: dollars,
  tax: dollars,
  total: dollars,
  amount_paid: dollars,
  due_at: time.optional(),
  paid_at: time.optional(),
  hosted_url: z.string().optional(),
  created_at: time,
});

export const invoicePage = z.object({ invoices: z.array(invoice), ...pageOf });

export const changePage = z.object({
  changes: z.array(
    z.object({
      revision: z.number().int(),
      at: time.describe("When it took effect"),
      kind: z.string().describe("E.g. subscribe, change_plan, renew, cancel, expire"),
      actor: z
        .string()
        .nullable()
        .describe("`job`: by the clock; null: somebody else than the customer who asks"),
      subscription: subscription.nullable().describe("As it was after the change"),
    }),
  ),
  ...pageOf,
});

export const paymentFailedIn = z.strictObject({
  grace_days: z
    .number({ error: "must be a number of days from 0 to 365." })
    .min(0, "must be a number of days from 0 to 365.")
    .max(365, "must be a number of days from 0 to 365."),
});

export const migrateIn = z.strictObject({
  from_version: z
    .number({ error: "must be the number of an older version." })
    .int("must be the number of an older version.")
    .min(1, "must be the number of an older version."),
  when: whenIn.default("period_end"),
});
export const migrated = z.object({ migrated: z.number().int() });
