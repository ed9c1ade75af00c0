/** A plan's limits in the flat shape that earlier clients read; only here does 0 stand for two things. */
import type { Limit } from "../core/limits/limit.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import { includesProvider, type PlanDefinition, type Tier } from "../core/plans/plan.ts";

const CALLS_OF_PROVIDER = [
  "gemini",
  "openai",
  "anthropic",
  "mistral",
  "tavily",
  "serper",
  "metaphor",
  "exa",
  "firecrawl",
  "stability",
  "wavespeed",
] as const;
export const TOKEN_PROVIDERS = ["gemini", "openai", "anthropic", "mistral"] as const;
const CALLS_OF_OPERATION = ["video", "image_edit", "audio"] as const;

export type ZeroMeans = "disabled" | "unlimited" | "limited";
export type LimitField =
  | `${(typeof CALLS_OF_PROVIDER)[number] | (typeof CALLS_OF_OPERATION)[number]}_calls`
  | `${(typeof TOKEN_PROVIDERS)[number]}_tokens`
  | "ai_text_generation_calls"
  | "monthly_cost";

export type FlatLimits = Record<LimitField, number> & {
  readonly _zero_means: Record<LimitField, ZeroMeans>;
};

export interface LimitsObject {
  readonly plan_name: string;
  readonly tier: Tier;
  readonly limits: FlatLimits;
  readonly features: string[];
}

/** One field: how much, and what a 0 would mean. */
type Field = readonly [LimitField, number, ZeroMeans];

export function limitsObject(plan: PlanDefinition): LimitsObject {
  return {
    plan_name: plan.name,
    tier: plan.tier,
    limits: flatLimits(plan),
    features: [...plan.features],
  };
}

export function flatLimits(plan: PlanDefinition): FlatLimits {
  const fields: Field[] = [
    ...CALLS_OF_PROVIDER.map((provider) => providerField(plan, "calls", provider)),
    ...TOKEN_PROVIDERS.map((provider) => providerField(plan, "tokens", provider)),
    field("ai_text_generation_calls", periodCap(plan, { meter: "calls" })),
    ...CALLS_OF_OPERATION.map((name) =>
      field(
        `${name}_calls`,
        periodCap(plan, { meter: "calls", operation: name }) ??
          periodCap(plan, { meter: "calls", provider: name }),
      ),
    ),
    field("monthly_cost", periodCap(plan, { meter: "cost" }), (cap) => usdNumber(nanoUsd(cap))),
  ];
  return {
    ...(Object.fromEntries(fields) as Record<LimitField, number>),
    _zero_means: Object.fromEntries(fields.map(([name, , meaning]) => [name, meaning])) as Record<
      LimitField,
      ZeroMeans
    >,
  };
}

/** The smallest cap of the plan on exactly this, per usage period; null: none. */
export function periodCap(
  plan: PlanDefinition,
  wanted: Pick<Limit, "meter" | "provider" | "operation">,
): bigint | null {
  const caps = plan.limits.flatMap((limit) =>
    limit.per === "period" &&
    limit.meter === wanted.meter &&
    limit.provider === wanted.provider &&
    limit.operation === wanted.operation &&
    limit.model === undefined &&
    limit.cap.kind === "atMost"
      ? [limit.cap.amount]
      : [],
  );
  return caps.reduce<bigint | null>(
    (least, cap) => (least === null || cap < least ? cap : least),
    null,
  );
}

/** `metaphor` is the old name of `exa`. */
function providerField(
  plan: PlanDefinition,
  meter: "calls" | "tokens",
  shown: (typeof CALLS_OF_PROVIDER)[number],
): Field {
  const provider = shown === "metaphor" ? "exa" : shown;
  const name = `${shown}_${meter}` as LimitField;
  if (!includesProvider(plan, provider)) return [name, 0, "disabled"];
  return field(name, periodCap(plan, { meter, provider }));
}

function field(
  name: LimitField,
  cap: bigint | null,
  shown: (cap: bigint) => number = Number,
): Field {
  if (cap === null) return [name, 0, "unlimited"];
  return [name, shown(cap), cap === 0n ? "disabled" : "limited"];
}
