/** A plan while it is being written: every field as it stands in the form, and the plan file's form of it. */
import { type Limit, WINDOWS, type WindowName } from "../../../../src/core/limits/limit.ts";
import { writeLimit } from "../../../../src/core/limits/read-limit.ts";
import { type PlanDefinition, TIERS, type Tier } from "../../../../src/core/plans/plan.ts";
import { planToJson } from "../../../../src/core/plans/plan-json.ts";
import { METERS, type Meter } from "../../../../src/core/usage.ts";

export interface LimitDraft {
  /** Tells rows apart while some are taken out. */
  readonly row: number;
  readonly meter: Meter;
  /** Empty: of all of them together; the same for model and operation. */
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly per: WindowName;
  readonly max: string;
  readonly atCap: Limit["atCap"];
  readonly alertAt: string;
}

export interface PlanDraft {
  readonly id: string;
  readonly name: string;
  readonly tier: Tier;
  readonly monthly: string;
  readonly yearly: string;
  readonly description: string;
  /** One a line. */
  readonly features: string;
  readonly switches: readonly string[];
  readonly hasAllProviders: boolean;
  readonly providers: readonly string[];
  readonly limits: readonly LimitDraft[];
  readonly outputCapping: boolean;
  readonly holds: PlanDefinition["holds"];
  readonly alertAt: string;
  readonly hidden: boolean;
}

const METER_WORDS: Readonly<Record<Meter, string>> = {
  calls: "Calls",
  tokens: "Tokens",
  input_tokens: "Input tokens",
  output_tokens: "Output tokens",
  cost: "Provider cost",
  images: "Images",
  characters: "Characters",
  seconds: "Seconds",
  pages: "Pages",
};

const WINDOW_NAMES: Readonly<Record<WindowName, string>> = {
  period: "Usage period",
  month: "Calendar month",
  day: "Day",
  hour: "Hour",
  minute: "Minute",
};

export const METER_CHOICES = METERS.map((value) => ({ value, label: METER_WORDS[value] }));
export const WINDOW_CHOICES = WINDOWS.map((value) => ({ value, label: WINDOW_NAMES[value] }));
export const TIER_CHOICES = TIERS.map((value) => ({
  value,
  label: `${value.slice(0, 1).toUpperCase()}${value.slice(1)}`,
}));

export const EMPTY_DRAFT: PlanDraft = {
  id: "",
  name: "",
  tier: "basic",
  monthly: "",
  yearly: "",
  description: "",
  features: "",
  switches: [],
  hasAllProviders: true,
  providers: [],
  limits: [],
  outputCapping: true,
  holds: "worst_case",
  alertAt: "",
  hidden: false,
};

export function draftOf(plan: PlanDefinition): PlanDraft {
  const { price } = planToJson(plan);
  return {
    id: plan.slug,
    name: plan.name,
    tier: plan.tier,
    monthly: price.monthly.toString(),
    yearly: price.yearly.toString(),
    description: plan.description,
    features: plan.features.join("\n"),
    switches: plan.switches,
    hasAllProviders: plan.providers.kind === "all",
    providers: plan.providers.kind === "all" ? [] : plan.providers.providers,
    limits: plan.limits.map(limitDraftOf),
    outputCapping: plan.outputCapping,
    holds: plan.holds,
    alertAt: percentagesText(plan.alertAt),
    hidden: plan.hidden,
  };
}

function limitDraftOf(limit: Limit, row: number): LimitDraft {
  const { max } = writeLimit(limit);
  const { meter, provider = "", model = "", operation = "", per, atCap, alertAt } = limit;
  return {
    row,
    meter,
    provider,
    model,
    operation,
    per,
    max: String(max),
    atCap,
    alertAt: percentagesText(alertAt),
  };
}

export function newLimit(limits: readonly LimitDraft[]): LimitDraft {
  return {
    row: Math.max(-1, ...limits.map(({ row }) => row)) + 1,
    meter: "calls",
    provider: "",
    model: "",
    operation: "",
    per: "period",
    max: "",
    atCap: "deny",
    alertAt: "",
  };
}

/** As a plan file has it, right or wrong. */
export function planFileForm(draft: PlanDraft): Record<string, unknown> {
  return {
    id: draft.id.trim(),
    name: draft.name,
    tier: draft.tier,
    price: { monthly: draft.monthly.trim(), yearly: draft.yearly.trim() },
    description: draft.description.trim(),
    features: draft.features.split("\n").filter((line) => line.trim() !== ""),
    switches: draft.switches,
    hidden: draft.hidden,
    providers: draft.hasAllProviders ? "all" : draft.providers,
    limits: draft.limits.map(limitForm),
    output_capping: draft.outputCapping,
    holds: draft.holds,
    ...percentagesForm(draft.alertAt),
  };
}

function limitForm(limit: LimitDraft): Record<string, unknown> {
  const named = (["provider", "model", "operation"] as const)
    .map((name) => [name, limit[name].trim()] as const)
    .filter(([, value]) => value !== "");
  return {
    meter: limit.meter,
    ...Object.fromEntries(named),
    per: limit.per,
    max: limit.max.trim(),
    at_cap: limit.atCap,
    ...percentagesForm(limit.alertAt),
  };
}

function percentagesText(alertAt: readonly number[] | undefined): string {
  if (alertAt === undefined) return "";
  return alertAt.length === 0 ? "none" : alertAt.join(", ");
}

/** Nothing is as usual; `none` is an empty list. */
function percentagesForm(text: string): { readonly alert_at?: readonly number[] } {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length === 0) return {};
  return { alert_at: words.join() === "none" ? [] : words.map(Number) };
}
