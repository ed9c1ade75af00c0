/** What applying a plan file would change, in words. */
import type { Limit } from "../limits/limit.ts";
import { limitKey } from "../limits/read-limit.ts";
import { nanoUsd, usdText } from "../money.ts";
import type { PlanDefinition } from "./plan.ts";
import { planToJson } from "./plan-json.ts";

export interface PlanChange {
  readonly slug: string;
  /** `missing`: in force, but not in the file; it stays as it is. */
  readonly kind: "added" | "changed" | "missing";
  /** One line a change, e.g. `price.monthly: 29 → 39`. */
  readonly words: readonly string[];
}

/** Plans without a change are left out; the order is the wanted plans', then the missing ones. */
export function diffPlans(
  current: readonly PlanDefinition[],
  wanted: readonly PlanDefinition[],
): PlanChange[] {
  const changes = wanted.map((plan) => {
    const before = current.find(({ slug }) => slug === plan.slug);
    return before === undefined ? added(plan) : changed(before, plan);
  });
  const missing = current
    .filter(({ slug }) => !wanted.some((plan) => plan.slug === slug))
    .map(({ slug }): PlanChange => ({ slug, kind: "missing", words: ["not in the file; kept"] }));
  return [...changes.filter(({ words }) => words.length > 0), ...missing];
}

function added(plan: PlanDefinition): PlanChange {
  const price = `$${usdText(plan.priceMonthly)} a month, $${usdText(plan.priceYearly)} a year`;
  return {
    slug: plan.slug,
    kind: "added",
    words: [`new plan ${plan.name}: ${price}, ${plan.limits.length} limits`],
  };
}

function changed(before: PlanDefinition, after: PlanDefinition): PlanChange {
  const words = [...fieldChanges(before, after), ...limitChanges(before.limits, after.limits)];
  return { slug: after.slug, kind: "changed", words };
}

function fieldChanges(before: PlanDefinition, after: PlanDefinition): string[] {
  const [old, now] = [fieldWords(before), fieldWords(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => old.get(field) !== now.get(field))
    .map((field) => `${field}: ${old.get(field) ?? USUAL} → ${now.get(field) ?? USUAL}`);
}

/** Of a field that says nothing. */
const USUAL = "as usual";

function fieldWords(plan: PlanDefinition): Map<string, string> {
  const { id: _id, limits: _limits, price, ...rest } = planToJson(plan);
  const fields = { ...rest, "price.monthly": price.monthly, "price.yearly": price.yearly };
  return new Map(
    Object.entries(fields).map(([field, value]) => [
      field,
      Array.isArray(value) ? `[${value.join(", ")}]` : String(value),
    ]),
  );
}

function limitChanges(before: readonly Limit[], after: readonly Limit[]): string[] {
  const [old, now] = [byKey(before), byKey(after)];
  return [...new Map([...old, ...now])]
    .filter(([key]) => capWords(old.get(key)) !== capWords(now.get(key)))
    .map(
      ([key, limit]) =>
        `limit on ${limitWords(limit)}: ${capWords(old.get(key))} → ${capWords(now.get(key))}`,
    );
}

function byKey(limits: readonly Limit[]): Map<string, Limit> {
  return new Map(limits.map((limit) => [`${limitKey(limit)} ${limit.atCap}`, limit]));
}

/** E.g. `openai calls per period`, or `video calls per day (soft)`. */
function limitWords({ meter, provider, model, operation, per, atCap }: Limit): string {
  const of = [provider, model, operation].filter((name) => name !== undefined);
  return `${[...of, meter].join(" ")} per ${per}${atCap === "allow" ? " (soft)" : ""}`;
}

function capWords(limit: Limit | undefined): string {
  if (limit === undefined) return "none";
  if (limit.cap.kind === "unlimited") return "unlimited";
  const { amount } = limit.cap;
  const cap = limit.meter === "cost" ? `$${usdText(nanoUsd(amount))}` : String(amount);
  return limit.alertAt === undefined ? cap : `${cap}, alert_at [${limit.alertAt.join(", ")}]`;
}
