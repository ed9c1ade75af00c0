/** Plans side by side: what each has of every limit, and what differs between two. */
import { WINDOWS } from "../../../../src/core/limits/limit.ts";
import type { LimitJson } from "../../../../src/core/limits/read-limit.ts";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { METERS } from "../../../../src/core/usage.ts";
import { exactly, money } from "../../parts/format.ts";
import { limitTitle } from "../../parts/limit-words.ts";
import { PROVIDER_ORDER } from "../../parts/provider-order.ts";
import type { OfferedPlan, OwnSubscription } from "./plan-queries.ts";

/** What a plan says of limits: all of them, and which providers it includes. */
export type PlanTerms = Pick<OfferedPlan, "all_limits" | "providers">;

/** What a limit counts, and in which window. */
type Scope = Pick<LimitJson, "meter" | "provider" | "model" | "operation" | "per">;

export interface Allowance {
  readonly kind: "limited" | "unlimited" | "without";
  readonly words: string;
}

/** One limit in several plans, in their order. */
export interface ComparedLimit {
  readonly key: string;
  readonly name: string;
  readonly allowances: readonly Allowance[];
}

/**
 * A row for each thing that one of the plans limits, and for each provider that one includes and another does not: cost
 * first, then provider by provider; then what is on one model, or in a shorter window. What they agree is unlimited, or
 * not included, is left out.
 */
export function compareLimits(plans: readonly PlanTerms[]): ComparedLimit[] {
  const listed = plans.flatMap(({ providers }) => (providers === "all" ? [] : providers));
  const scopes: readonly Scope[] = [
    ...[...PROVIDER_ORDER, ...listed].map(
      (provider) => ({ meter: "calls", provider, per: "period" }) as const,
    ),
    ...plans.flatMap((plan) => plan.all_limits),
  ];
  const byKey = new Map(scopes.map((scope) => [keyOf(scope), scope]));
  return [...byKey]
    .toSorted(([, one], [, other]) => inOrder(one, other))
    .map(([key, scope]) => ({
      key,
      name: nameOf(scope),
      allowances: plans.map((plan) => allowanceOf(plan, scope)),
    }))
    .filter(({ allowances }) => {
      const kinds = new Set(allowances.map(({ kind }) => kind));
      return kinds.has("limited") || kinds.size > 1;
    });
}

const UNLIMITED: Allowance = { kind: "unlimited", words: "No limit" };
const WITHOUT: Allowance = { kind: "without", words: "Not included" };

function allowanceOf(plan: PlanTerms, scope: Scope): Allowance {
  if (lacks(plan, scope.provider)) return WITHOUT;
  const key = keyOf(scope);
  const limits = plan.all_limits.filter(({ max }) => max !== "unlimited");
  const [hard, soft] = (["deny", "allow"] as const).map((atCap) =>
    limits.find((limit) => limit.at_cap === atCap && keyOf(limit) === key),
  );
  const words = [
    ...(hard === undefined ? [] : [amountWords(hard)]),
    ...(soft === undefined ? [] : [`${amountWords(soft)} (calls go on)`]),
  ];
  if (words.length === 0) return UNLIMITED;
  if (hard !== undefined && Number(hard.max) === 0 && hard.meter !== "cost") return WITHOUT;
  return { kind: "limited", words: words.join(", ") };
}

/** A plan without the provider, or with no call of it. */
function lacks({ providers, all_limits: limits }: PlanTerms, provider: string | undefined) {
  if (provider === undefined) return false;
  if (providers !== "all" && !providers.includes(provider)) return true;
  const key = keyOf({ meter: "calls", provider, per: "period" });
  return limits.some(
    (limit) => limit.at_cap === "deny" && Number(limit.max) === 0 && keyOf(limit) === key,
  );
}

function amountWords({ meter, max }: LimitJson): string {
  return meter === "cost" ? money(Number(max)) : exactly(Number(max));
}

function keyOf({ meter, provider = "*", model = "*", operation = "*", per }: Scope): string {
  return [meter, provider, model, operation, per].join(" ");
}

const OPERATIONS: Readonly<Record<string, string>> = {
  video: "Video calls",
  image_edit: "Image editing calls",
  audio: "Audio calls",
};

function nameOf(scope: Scope): string {
  const { meter, provider, model, operation, per } = scope;
  const isPlain = provider === undefined && model === undefined && per === "period";
  if (meter !== "calls" || !isPlain) return limitTitle(scope);
  if (operation === undefined) return "Calls of all providers";
  return OPERATIONS[operation] ?? limitTitle(scope);
}

function inOrder(one: Scope, other: Scope): number {
  return (
    compareParts(placeOf(one), placeOf(other)) ||
    keyOf(one).localeCompare(keyOf(other), undefined, { numeric: true })
  );
}

/** Of what is limited for a period and of all models; then the narrower ones, a longer window first. */
function placeOf({ meter, provider, model, operation, per }: Scope): (number | string)[] {
  const known = provider === undefined ? -1 : PROVIDER_ORDER.indexOf(provider);
  const isOther = provider !== undefined && known < 0;
  return [
    model === undefined && per === "period" ? 0 : 1,
    // What is of one operation of all providers comes after what is of one provider.
    provider === undefined && operation !== undefined ? 2 : isOther ? 1 : 0,
    known,
    isOther ? providerTitle(provider) : "",
    model ?? "",
    operation ?? "",
    WINDOWS.indexOf(per),
    meter === "cost" ? -1 : METERS.indexOf(meter),
  ];
}

function compareParts(one: readonly (number | string)[], other: readonly (number | string)[]) {
  for (const [at, part] of one.entries()) {
    const against = other[at] ?? "";
    const order =
      typeof part === "number" && typeof against === "number"
        ? part - against
        : String(part).localeCompare(String(against));
    if (order !== 0) return order;
  }
  return 0;
}

/** What a change from one plan to another changes, e.g. `Gemini calls`: `1,000`, then `5,000`. */
export function changedLimits(from: PlanTerms, to: PlanTerms) {
  return compareLimits([from, to]).flatMap(({ key, name, allowances: [before, after] }) => {
    if (before === undefined || after === undefined || before.words === after.words) return [];
    return [{ key, name, before: before.words, after: after.words }];
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
  { plan, limits, all_limits, providers, subscription }: OwnSubscription,
  offered: readonly OfferedPlan[],
  ownFeatures: readonly string[] | undefined,
): PlanColumn[] {
  const terms = { limits, all_limits, providers };
  const same = offered.find(({ id }) => id === plan.id);
  const isAsOffered = same !== undefined && isSame(same, { ...plan, all_limits, providers });
  const features = ownFeatures ?? (isAsOffered ? same.features : undefined);
  const own: PlanColumn = {
    plan: { ...plan, ...terms, ...(features === undefined ? {} : { features }) },
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

type Sold = PlanTerms & Pick<OfferedPlan, "price_monthly" | "price_yearly">;

function isSame(one: Sold, other: Sold): boolean {
  return (
    one.price_monthly === other.price_monthly &&
    one.price_yearly === other.price_yearly &&
    changedLimits(one, other).length === 0
  );
}
