/** Plans side by side: what each has of every limit, and what differs between two. */
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { exactly, money } from "../../parts/format.ts";
import type { OfferedPlan, OwnSubscription } from "./plan-queries.ts";

type FlatLimits = OfferedPlan["limits"];
type LimitField = Exclude<keyof FlatLimits, "_zero_means">;

export type Allowance =
  | { readonly kind: "limited"; readonly amount: number }
  | { readonly kind: "unlimited" }
  | { readonly kind: "disabled" };

/** One limit in several plans, in their order. */
export interface ComparedLimit {
  readonly field: LimitField;
  readonly name: string;
  readonly allowances: readonly Allowance[];
}

const SPECIAL: Readonly<Partial<Record<LimitField, string>>> = {
  monthly_cost: "Provider cost",
  ai_text_generation_calls: "Calls of all providers",
  video_calls: "Video calls",
  image_edit_calls: "Image editing calls",
  audio_calls: "Audio calls",
};

/** Cost first, then provider by provider. `metaphor_calls` is the former name of `exa_calls`. */
const FIELDS: readonly LimitField[] = [
  "monthly_cost",
  "ai_text_generation_calls",
  "gemini_calls",
  "gemini_tokens",
  "openai_calls",
  "openai_tokens",
  "anthropic_calls",
  "anthropic_tokens",
  "mistral_calls",
  "mistral_tokens",
  "tavily_calls",
  "serper_calls",
  "exa_calls",
  "firecrawl_calls",
  "stability_calls",
  "wavespeed_calls",
  "video_calls",
  "image_edit_calls",
  "audio_calls",
];

/** Limits that none of the plans has, or that none includes, are left out; WaveSpeed, which no gateway path leads to, where no plan limits it. */
export function compareLimits(plans: readonly FlatLimits[]): ComparedLimit[] {
  return FIELDS.map((field) => ({
    field,
    name: limitTitle(field),
    allowances: plans.map((limits) => allowanceOf(limits, field)),
  })).filter(({ field, allowances }) => {
    const kinds = new Set(allowances.map(({ kind }) => kind));
    return kinds.has("limited") || (kinds.size > 1 && field !== "wavespeed_calls");
  });
}

function allowanceOf(limits: FlatLimits, field: LimitField): Allowance {
  const amount = limits[field];
  if (amount !== 0) return { kind: "limited", amount };
  return { kind: limits["_zero_means"][field] === "disabled" ? "disabled" : "unlimited" };
}

export function allowanceWords(field: LimitField, allowance: Allowance): string {
  if (allowance.kind === "unlimited") return "No limit";
  if (allowance.kind === "disabled") return "Not included";
  return field === "monthly_cost" ? money(allowance.amount) : exactly(allowance.amount);
}

/** What a change from one plan to another changes, e.g. `Gemini calls`: `1,000`, then `5,000`. */
export function changedLimits(from: FlatLimits, to: FlatLimits) {
  return compareLimits([from, to]).flatMap(({ field, name, allowances: [before, after] }) => {
    if (before === undefined || after === undefined) return [];
    const words = [allowanceWords(field, before), allowanceWords(field, after)] as const;
    return words[0] === words[1] ? [] : [{ field, name, before: words[0], after: words[1] }];
  });
}

/** A plan as a column; the present one as this customer has it, which may be an earlier version than is offered. */
export interface PlanColumn {
  readonly plan: Omit<OfferedPlan, "features"> & { readonly features?: readonly string[] };
  readonly isPresent: boolean;
  /** Where a plan stands there twice, which of its versions this is. */
  readonly which?: "as you have it" | "as offered now";
}

/** `ownFeatures` are those of the plan that this customer has, once they are known. */
export function planColumns(
  { plan, limits, subscription }: OwnSubscription,
  offered: readonly OfferedPlan[],
  ownFeatures: readonly string[] | undefined,
): PlanColumn[] {
  const same = offered.find(({ id }) => id === plan.id);
  const isAsOffered = same !== undefined && isSame(same, { ...plan, limits });
  const features = ownFeatures ?? (isAsOffered ? same.features : undefined);
  const own: PlanColumn = {
    plan: { ...plan, limits, ...(features === undefined ? {} : { features }) },
    isPresent: subscription?.status !== "expired",
  };
  const columns = offered.flatMap((each) => {
    if (each.id !== plan.id) return [{ plan: each, isPresent: false }];
    if (isAsOffered) return [own];
    return [
      { ...own, which: "as you have it" as const },
      { plan: each, isPresent: false, which: "as offered now" as const },
    ];
  });
  // One that is not offered any more, or never was.
  return same === undefined ? [own, ...columns] : columns;
}

function isSame(
  one: Pick<OfferedPlan, "limits" | "price_monthly" | "price_yearly">,
  other: Pick<OfferedPlan, "limits" | "price_monthly" | "price_yearly">,
): boolean {
  return (
    one.price_monthly === other.price_monthly &&
    one.price_yearly === other.price_yearly &&
    FIELDS.every(
      (field) =>
        allowanceWords(field, allowanceOf(one.limits, field)) ===
        allowanceWords(field, allowanceOf(other.limits, field)),
    )
  );
}

function limitTitle(field: LimitField): string {
  const special = SPECIAL[field];
  if (special !== undefined) return special;
  const [, provider = "", unit = ""] = /^(.+)_(calls|tokens)$/.exec(field) ?? [];
  return `${providerTitle(provider)} ${unit}`;
}
