/** A customer's limits with what is used of them, in words, and what dearer plans have of them. */
import type { z } from "zod";
import type { getLimits } from "../../../../src/api/contract/endpoints/limits.ts";
import type { listPlans } from "../../../../src/api/contract/endpoints/plans.ts";
import { count, exactly, exactMoney, money } from "../../parts/format.ts";
import { limitName } from "../../parts/limit-words.ts";

export type LimitUse = z.output<(typeof getLimits)["answer"]>["limits"][number];
export type LimitShape = LimitUse["limit"];
export type SoldPlan = z.output<(typeof listPlans)["answer"]>["plans"][number];

const PER: Readonly<Record<LimitShape["per"], string>> = {
  period: "",
  month: " a month",
  day: " a day",
  hour: " an hour",
  minute: " a minute",
};

/** `Gemini calls`, `Provider cost a day`, `Input tokens (gemini-2.5-pro)`; of a key with its name before. */
export function limitUseName({ limit, key }: Pick<LimitUse, "limit" | "key">): string {
  const words = `${limitName(limit)}${PER[limit.per]}`;
  return key === undefined ? words : `Key “${key.name}”: ${words}`;
}

/** So much of what a limit counts: dollars where it is cost. */
export function amountOf({ meter }: Pick<LimitShape, "meter">, amount: number): string {
  return meter === "cost" ? money(amount) : count(amount);
}

/** The same to the last digit. */
export function exactAmount({ meter }: Pick<LimitShape, "meter">, amount: number): string {
  return meter === "cost" ? exactMoney(amount) : exactly(amount);
}

/** Minutes and hours come and go before one has read that they are full. */
export function isLasting({ per }: Pick<LimitShape, "per">): boolean {
  return per !== "minute" && per !== "hour";
}

/** Percent of the cap that is used or held: what the next call is refused by. */
export function fullOf({ used, held, max }: Pick<LimitUse, "used" | "held" | "max">): number {
  return max === 0 ? 100 : ((used + held) / max) * 100;
}

/** Is it the same limit, as two answers of the API write it? */
export function isSame(one: LimitShape, other: LimitShape): boolean {
  const names = ["meter", "provider", "model", "operation", "per"] as const;
  return names.every((name) => one[name] === other[name]);
}

/**
 * What dearer plans have of a limit: `Pro has 5,000; Enterprise has no limit.` Empty where none has more, or where plans do not
 * say it in a few numbers (limits of keys, models and days).
 */
export function upgradeWords(
  { limit, key, max }: Pick<LimitUse, "limit" | "key" | "max">,
  plans: readonly SoldPlan[],
  presentPlanId: number,
): string {
  const field = key === undefined ? flatField(limit) : null;
  const price = plans.find(({ id }) => id === presentPlanId)?.price_monthly ?? 0;
  if (field === null) return "";
  const offers = plans
    .filter((plan) => plan.id !== presentPlanId && plan.price_monthly > price)
    .flatMap((plan) => {
      const cap = capIn(plan, field);
      return cap !== null && cap > max ? [{ name: plan.name, cap }] : [];
    });
  const [first] = offers;
  const free = offers.find(({ cap }) => cap === Number.POSITIVE_INFINITY);
  return [...new Set([first, free])]
    .flatMap((offer) =>
      offer === undefined ? [] : [`${offer.name} has ${capWords(limit, offer.cap)}`],
    )
    .join("; ")
    .concat(offers.length === 0 ? "" : ".");
}

function capWords(limit: LimitShape, cap: number): string {
  return cap === Number.POSITIVE_INFINITY ? "no limit" : amountOf(limit, cap);
}

/** As plans show their limits; null: they do not show this one. */
function flatField({ meter, provider, model, operation, per }: LimitShape): string | null {
  if (per !== "period" || model !== undefined || operation !== undefined) return null;
  if (meter === "cost") return provider === undefined ? "monthly_cost" : null;
  if (meter !== "calls" && meter !== "tokens") return null;
  if (provider === undefined) return meter === "calls" ? "ai_text_generation_calls" : null;
  return `${provider}_${meter}`;
}

/** null: the plan lacks it. */
function capIn({ limits }: SoldPlan, field: string): number | null {
  const cap = Object.entries(limits).find(([name]) => name === field)?.[1];
  if (typeof cap !== "number") return null;
  if (cap > 0) return cap;
  const meaning = Object.entries(limits._zero_means).find(([name]) => name === field)?.[1];
  return meaning === "unlimited" ? Number.POSITIVE_INFINITY : null;
}
