/** The plan that would have been cheapest over the last periods. */
import { countOf, usdWords } from "../amount-words.ts";
import type { Limit } from "../limits/limit.ts";
import { divideHalfEven, type NanoUsd, nanoUsd, usdNumber } from "../money.ts";
import type { PlanDefinition, PlanVersion } from "../plans/plan.ts";
import type { Recommendation, ScopedAmounts } from "./recommendation.ts";
import { wouldHold } from "./would-hold.ts";

export type BillingCycle = "monthly" | "yearly";

export interface PlanQuestion {
  readonly current: PlanDefinition;
  readonly cycle: BillingCycle;
  /** Plans that may be chosen. */
  readonly offered: readonly PlanVersion[];
  /** Usage of the last whole periods, each by itself; those without any may be left out. */
  readonly wholePeriods: readonly (readonly ScopedAmounts[])[];
  /** Of the present period so far: nobody is advised to take what is used up already. */
  readonly soFar: readonly ScopedAmounts[];
}

/** null: no whole period with usage yet, or the present plan is the cheapest that would have held all of it. */
export function recommendPlan(of: PlanQuestion): Recommendation | null {
  const { current, cycle, wholePeriods } = of;
  if (wholePeriods.length === 0) return null;
  const best = of.offered
    .filter(({ definition }) => definition.slug !== current.slug)
    .filter(({ definition }) => monthlyPrice(definition, cycle) < monthlyPrice(current, cycle))
    .filter(({ definition }) => isNoStricterAtOnce(definition, current))
    .filter(({ definition }) =>
      [...wholePeriods, of.soFar].every((sums) => wouldHold(definition, sums)),
    )
    .sort((a, b) => byPrice(a.definition, b.definition, cycle))[0];
  if (best === undefined) return null;
  const price = monthlyPrice(best.definition, cycle);
  const before = monthlyPrice(current, cycle);
  const saving = nanoUsd(before - price);
  const count = wholePeriods.length;
  const all = count === 1 ? "your last period" : `each of your last ${countOf(count, "period")}`;
  return {
    kind: "plan",
    title: `${best.definition.name} would have been enough`,
    message: `All you used in ${all} fits in ${best.definition.name}, which costs ${usdWords(price)} a month. ${current.name} costs ${usdWords(before)}. Change to ${best.definition.name} to save ${usdWords(saving)} a month; look first at the features you would give up.`,
    saving_usd: usdNumber(saving),
    saving_per: "month",
    plan: advisedPlan(best),
    periods: count,
  };
}

/** A yearly price is spread over its twelve months. */
function monthlyPrice(plan: PlanDefinition, cycle: BillingCycle): NanoUsd {
  return cycle === "monthly" ? plan.priceMonthly : nanoUsd(divideHalfEven(plan.priceYearly, 12n));
}

export function advisedPlan({ planId, definition }: PlanVersion) {
  return {
    id: planId,
    slug: definition.slug,
    name: definition.name,
    price_monthly: usdNumber(definition.priceMonthly),
  };
}

/**
 * How much fell in one day, hour or minute is not looked at; so a plan that limits those must allow as much in them as
 * the present plan does.
 */
function isNoStricterAtOnce(plan: PlanDefinition, current: PlanDefinition): boolean {
  const ofShort = ({ per, atCap, cap }: Limit) =>
    atCap === "deny" && cap.kind === "atMost" && !["period", "month"].includes(per);
  return plan.limits
    .filter(ofShort)
    .every((limit) => current.limits.filter(ofShort).some((own) => isAsStrict(own, limit)));
}

function isAsStrict(own: Limit, limit: Limit): boolean {
  return (
    own.meter === limit.meter &&
    own.per === limit.per &&
    own.provider === limit.provider &&
    own.model === limit.model &&
    own.operation === limit.operation &&
    own.cap.kind === "atMost" &&
    limit.cap.kind === "atMost" &&
    own.cap.amount <= limit.cap.amount
  );
}

function byPrice(a: PlanDefinition, b: PlanDefinition, cycle: BillingCycle): number {
  const difference = monthlyPrice(a, cycle) - monthlyPrice(b, cycle);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}
