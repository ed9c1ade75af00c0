/** A plan in its one written form: a plan in a plan file, and the stored definition of a plan version. */
import { z } from "zod";
import { invalidField } from "../errors.ts";
import { alertAtSchema } from "../limits/alert-at.ts";
import type { Limit } from "../limits/limit.ts";
import { limitKey, limitSchema, readLimit, writeLimit } from "../limits/read-limit.ts";
import { parseUsd, usdText } from "../money.ts";
import { parse } from "../parse.ts";
import { normalizeProvider } from "../providers.ts";
import { type IncludedProviders, type PlanDefinition, type PlanVersion, TIERS } from "./plan.ts";

const words = (mend: string) => z.string({ error: mend }).trim().min(1, mend).max(2_000, mend);
const dollars = z.union([z.number(), z.string()], {
  error: 'must be US dollars such as "29.00"; "0" for none.',
});

/** An id is also what a URL or a request may hold in place of a plan's number, so it may not be a number itself. */
const slug = z
  .string({ error: "must be a short name such as pro." })
  .regex(
    /^(?!\d+$)[a-z0-9][a-z0-9_-]{0,62}$/,
    "must be lower-case letters, digits, - and _, not digits alone, such as pro.",
  );

const switchName = z
  .string({ error: "must be a name such as web_search." })
  .regex(
    /^[a-z][a-z0-9_-]{0,62}$/,
    "must begin with a lower-case letter and hold lower-case letters, digits, - and _, such as web_search.",
  );

/** The written form of a plan. */
export const planSchema = z.strictObject(
  {
    id: slug,
    name: words("must be the plan's name as customers read it, such as Pro."),
    tier: z.enum(TIERS, { error: `must be one of ${TIERS.join(", ")}.` }),
    price: z.strictObject(
      { monthly: dollars, yearly: dollars },
      { error: 'must be { monthly: "29.00", yearly: "290.00" }.' },
    ),
    description: z.string({ error: "must be words." }).max(2_000).default(""),
    features: z
      .array(words("must be words."), { error: "must be a list of words." })
      .max(100)
      .default([]),
    switches: z
      .array(switchName, { error: "must be a list of names such as [web_search, exports]." })
      .max(100, "must be at most 100 names.")
      .default([]),
    hidden: z.boolean({ error: "must be true or false." }).default(false),
    providers: z
      .union([z.literal("all"), z.array(z.string().regex(/^\S{1,200}$/)).max(200)], {
        error: "must be all, or a list of providers such as [openai, gemini].",
      })
      .default("all"),
    limits: z
      .array(limitSchema, { error: "must be a list of limits; [] where there are none." })
      .max(200, "must be at most 200 limits."),
    output_capping: z.boolean({ error: "must be true or false." }).default(true),
    holds: z
      .enum(["worst_case", "expected"], { error: "must be worst_case or expected." })
      .default("worst_case"),
    alert_at: alertAtSchema.optional(),
  },
  { error: "must be a plan: { id, name, tier, price, limits }." },
);

export type PlanJson = z.output<typeof planSchema>;

/** Refuses (`invalid_request`) what is not a plan, naming the field (after `at`, e.g. `Plan pro`) and the mend. */
export function planFromJson(json: unknown, at = ""): PlanDefinition {
  const plan = parse(planSchema, json, at);
  const field = (name: string) => (at === "" ? name : `${at}.${name}`);
  const providers = readProviders(plan.providers);
  const limits = plan.limits.map((limit, i) => readLimit(limit, field(`limits[${i}]`)));
  refuseTwins(limits, field);
  refuseExcluded(limits, providers, field);
  return {
    slug: plan.id,
    name: plan.name,
    tier: plan.tier,
    priceMonthly: parseUsd(plan.price.monthly, field("price.monthly")),
    priceYearly: parseUsd(plan.price.yearly, field("price.yearly")),
    description: plan.description,
    features: plan.features,
    switches: [...new Set(plan.switches)],
    hidden: plan.hidden,
    providers,
    limits,
    outputCapping: plan.output_capping,
    holds: plan.holds,
    ...(plan.alert_at === undefined ? {} : { alertAt: plan.alert_at }),
  };
}

/** A plan's version as the database keeps it. */
export function planVersionFrom(row: {
  readonly id: bigint;
  readonly plan_id: bigint;
  readonly version: bigint;
  readonly definition: string;
}): PlanVersion {
  return {
    planId: Number(row.plan_id),
    planVersionId: Number(row.id),
    version: Number(row.version),
    definition: planFromJson(JSON.parse(row.definition)),
  };
}

export function planToJson(plan: PlanDefinition): PlanJson {
  return {
    id: plan.slug,
    name: plan.name,
    tier: plan.tier,
    price: { monthly: usdText(plan.priceMonthly), yearly: usdText(plan.priceYearly) },
    description: plan.description,
    features: [...plan.features],
    switches: [...plan.switches],
    hidden: plan.hidden,
    providers: plan.providers.kind === "all" ? "all" : [...plan.providers.providers],
    limits: plan.limits.map(writeLimit),
    output_capping: plan.outputCapping,
    holds: plan.holds,
    ...(plan.alertAt === undefined ? {} : { alert_at: [...plan.alertAt] }),
  };
}

function readProviders(written: PlanJson["providers"]): IncludedProviders {
  if (written === "all") return { kind: "all" };
  return { kind: "listed", providers: [...new Set(written.map(normalizeProvider))] };
}

/** Two caps on the same thing would contradict each other, but for a soft one below a hard one. */
function refuseTwins(limits: readonly Limit[], field: (name: string) => string): void {
  const seen = new Set<string>();
  for (const [i, limit] of limits.entries()) {
    const key = `${limitKey(limit)} ${limit.atCap}`;
    if (seen.has(key)) {
      throw invalidField(field(`limits[${i}]`), "limits what an earlier one limits; keep one.");
    }
    seen.add(key);
  }
}

/** A limit on a provider that the plan does not have is a typing mistake in one of the two. */
function refuseExcluded(
  limits: readonly Limit[],
  included: IncludedProviders,
  field: (name: string) => string,
): void {
  if (included.kind === "all") return;
  for (const [i, { provider }] of limits.entries()) {
    if (provider === undefined || included.providers.includes(provider)) continue;
    throw invalidField(
      field(`limits[${i}].provider`),
      `${provider} is not among the plan's providers; add it there or take the limit out.`,
    );
  }
}
