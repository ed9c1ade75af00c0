/** Names the plan that would have let a refused call through. */
import type { Denial } from "../call/call.ts";
import { isLimitDenial, type Upgrade } from "../call/limit-error.ts";
import { findUpgrade } from "../core/plans/find-upgrade.ts";
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
  if (!isLimitDenial(denial)) return findUpgrade({ provider }, current, plans.all());
  if (denial.subject !== "customer") return null;
  return findUpgrade({ limit: denial.limit }, current, plans.all());
}
