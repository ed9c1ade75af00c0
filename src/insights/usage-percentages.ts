/** How near a customer is to the limits of their plan. */

import type { Limit } from "../core/limits/limit.ts";
import { usedOf } from "../core/limits/used-of.ts";
import { divideHalfEven } from "../core/money.ts";
import type { PlanDefinition } from "../core/plans/plan.ts";
import { periodCap, TOKEN_PROVIDERS } from "./limits-shape.ts";
import { SHOWN_PROVIDERS } from "./provider-breakdown.ts";
import type { UsageSum } from "./usage-sums.ts";

export type UsageStatus = "active" | "warning" | "limit_reached";

const WARNING_PERCENT = 80n;

/** `<p>_calls`, `<p>_tokens` and `cost` in percent with one decimal; unlimited is 0. */
export function usagePercentages(
  plan: PlanDefinition,
  sums: readonly UsageSum[],
): Readonly<Record<string, number>> {
  const share = (limit: Pick<Limit, "meter" | "provider">): number => {
    const cap = periodCap(plan, limit);
    return cap === null ? 0 : percent(usedOf(limit, sums), cap);
  };
  // `metaphor` is the old name of `exa`, whose limit and use it shows.
  const named = (shown: string): string => (shown === "metaphor" ? "exa" : shown);
  return {
    ...Object.fromEntries(
      SHOWN_PROVIDERS.map((shown) => [
        `${shown}_calls`,
        share({ meter: "calls", provider: named(shown) }),
      ]),
    ),
    ...Object.fromEntries(
      TOKEN_PROVIDERS.map((provider) => [
        `${provider}_tokens`,
        share({ meter: "tokens", provider }),
      ]),
    ),
    cost: share({ meter: "cost" }),
  };
}

/** Of nothing allowed, nothing used is 0 % and anything used is 100 %. */
export function percent(part: bigint, whole: bigint): number {
  if (whole === 0n) return part === 0n ? 0 : 100;
  return Number(divideHalfEven(part * 1_000n, whole)) / 10;
}

/** The worst of the limits; `used` answers in each limit's own window. A cap of 0 forbids and warns of nothing. */
export function usageStatus(limits: readonly Limit[], used: (limit: Limit) => bigint): UsageStatus {
  let worst: UsageStatus = "active";
  for (const limit of limits) {
    if (limit.cap.kind === "unlimited" || limit.cap.amount === 0n) continue;
    const amount = used(limit);
    if (amount >= limit.cap.amount) return "limit_reached";
    if (amount * 100n >= limit.cap.amount * WARNING_PERCENT) worst = "warning";
  }
  return worst;
}
