/** Names the plan that would have let a refused call through. */
import type { Denial } from "../call/call.ts";
import { isLimitDenial, type Upgrade } from "../call/limit-error.ts";
import type { Limit } from "../core/limits/limit.ts";
import { limitKey } from "../core/limits/read-limit.ts";
import { nanoUsd, usdNumber, usdText } from "../core/money.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import { upgradeFor } from "../core/plans/upgrade.ts";
import { providerTitle } from "../core/provider-titles.ts";
import type { PlanDirectory } from "./plan-directory.ts";

const NO_PLAN_HELPS: ReadonlySet<Denial["code"]> = new Set([
  "subscription_expired",
  "price_unknown",
  "limit_held",
]);

/** null where no plan would help: an unpaid one, a key's budget, the operator's own limit, a missing price, calls in flight. */
export function describeUpgrade(
  denial: Denial,
  provider: string,
  plans: PlanDirectory,
): Upgrade | null {
  const current = plans.byVersion(denial.planVersionId)?.definition;
  if (current === undefined || NO_PLAN_HELPS.has(denial.code)) return null;
  if (isLimitDenial(denial)) {
    if (denial.subject !== "customer") return null;
    const better = upgradeFor({ limit: denial.limit }, current, plans.all());
    return better === null ? null : upgradeTo(better, whatItHas(better, denial.limit));
  }
  const better = upgradeFor({ provider }, current, plans.all());
  return better === null
    ? null
    : upgradeTo(better, `${better.definition.name} includes ${providerTitle(provider)}.`);
}

function upgradeTo(plan: PlanVersion, reason: string): Upgrade {
  const { name, priceMonthly } = plan.definition;
  return { plan_id: plan.planId, plan_name: name, price_monthly: usdNumber(priceMonthly), reason };
}

function whatItHas(plan: PlanVersion, limit: Limit): string {
  const same = plan.definition.limits.find((other) => limitKey(other) === limitKey(limit));
  const what = `${limit.provider === undefined ? "" : `${providerTitle(limit.provider)} `}${limit.meter.replace("_", " ")}`;
  if (same === undefined || same.cap.kind === "unlimited")
    return `${plan.definition.name} has no limit on ${what}.`;
  const cap =
    limit.meter === "cost"
      ? `$${usdText(nanoUsd(same.cap.amount))} of`
      : Number(same.cap.amount).toLocaleString("en-US");
  return `${plan.definition.name} has ${cap} ${what}.`;
}
