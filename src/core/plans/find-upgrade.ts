/** The plan that has more of what was short, with its price and the reason for it, as the API shows it. */
import { upgradeReason } from "../messages/upgrade-reason.ts";
import { usdNumber } from "../money.ts";
import type { PlanDefinition, PlanVersion } from "./plan.ts";
import { type UpgradeNeed, upgradeFor } from "./upgrade.ts";

export interface Upgrade {
  readonly plan_id: number;
  readonly plan_name: string;
  /** Dollars. */
  readonly price_monthly: number;
  readonly reason: string;
  readonly url?: string;
}

/** null: no plan on offer has more of it. */
export function findUpgrade(
  need: UpgradeNeed,
  current: PlanDefinition,
  plans: readonly PlanVersion[],
): Upgrade | null {
  const better = upgradeFor(need, current, plans);
  if (better === null) return null;
  const { name, priceMonthly } = better.definition;
  return {
    plan_id: better.planId,
    plan_name: name,
    price_monthly: usdNumber(priceMonthly),
    reason: upgradeReason(better.definition, need),
  };
}
