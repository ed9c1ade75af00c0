/** What a change of plan comes to: credit for the time that is not used, and the charge for what begins. */
import { formatDate, type Instant } from "../instant.ts";
import { divideHalfEven, type NanoUsd, nanoUsd, ZERO_USD } from "../money.ts";
import type { Period } from "../periods/period.ts";
import type { PlanVersion } from "../plans/plan.ts";
import { anchorFrom, paidPeriodAt } from "./paid-period.ts";
import type { BillingCycle, OpenSubscription } from "./subscription.ts";

export interface ProrationLine {
  readonly description: string;
  /** Whole cents; a credit is below zero. */
  readonly amount: NanoUsd;
}

export interface Proration {
  /** They add up to `totalDue`. */
  readonly lines: readonly ProrationLine[];
  readonly totalDue: NanoUsd;
  readonly effectiveAt: Instant;
}

export interface WantedPlan {
  readonly plan: PlanVersion;
  readonly cycle: BillingCycle;
}

const NANO_PER_CENT = 10_000_000n;

export function priceOf({ plan, cycle }: WantedPlan): NanoUsd {
  const { priceMonthly, priceYearly } = plan.definition;
  return cycle === "yearly" ? priceYearly : priceMonthly;
}

/** `before` null: there is nothing to give credit for. A trial was not paid for either. */
export function prorate(
  before: OpenSubscription | null,
  wanted: WantedPlan & { readonly when: "now" | "period_end" },
  now: Instant,
): Proration {
  if (before === null || before.status === "expired") return wholePeriod(wanted, now, now);
  if (wanted.when === "period_end") {
    const at = before.period.end;
    const isTrial = before.status === "trialing";
    const anchor = isTrial ? at : anchorFrom(before.billingAnchor, wanted.cycle, at);
    return wholePeriod(wanted, anchor, at);
  }
  if (before.status === "trialing") return { lines: [], totalDue: ZERO_USD, effectiveAt: now };
  const rest = { start: later(now, before.period.start), end: before.period.end };
  const credit = partOf(before, rest, before.period);
  const creditLine = {
    description: `Unused time on ${before.plan.definition.name}, ${stretch(rest)}`,
    amount: nanoUsd(-credit),
  };
  if (before.cycle !== wanted.cycle) return added([creditLine, periodLine(wanted, now, now)], now);
  const charge = {
    description: `${wanted.plan.definition.name}, the rest of the period, ${stretch(rest)}`,
    amount: partOf(wanted, rest, before.period),
  };
  return added([creditLine, charge], now);
}

function wholePeriod(wanted: WantedPlan, anchor: Instant, at: Instant): Proration {
  return added([periodLine(wanted, anchor, at)], at);
}

function periodLine(wanted: WantedPlan, anchor: Instant, at: Instant): ProrationLine {
  const period = paidPeriodAt(anchor, wanted.cycle, at);
  const description = `${wanted.plan.definition.name}, ${wanted.cycle}, ${stretch(period)}`;
  return { description, amount: toCents(priceOf(wanted), 1n) };
}

/** The share of a period's price that a part of it costs, by the millisecond. */
function partOf(of: WantedPlan, part: Period, whole: Period): NanoUsd {
  const partMs = BigInt(Math.max(0, part.end - part.start));
  return toCents(priceOf(of) * partMs, BigInt(whole.end - whole.start));
}

/** The one place where a proration is rounded: exact up to here, to whole cents, halves to the even one. */
function toCents(nanoDollars: bigint, divisor: bigint): NanoUsd {
  return nanoUsd(divideHalfEven(nanoDollars, divisor * NANO_PER_CENT) * NANO_PER_CENT);
}

/** Nothing is paid out: what the credit is more than the charge is a line of its own, so that all add up to 0. */
function added(lines: readonly ProrationLine[], effectiveAt: Instant): Proration {
  const shown = lines.filter(({ amount }, at) => amount !== 0n || at === lines.length - 1);
  const total = lines.reduce((sum, { amount }) => sum + amount, 0n);
  if (total >= 0n) return { lines: shown, totalDue: nanoUsd(total), effectiveAt };
  const left = { description: "Credit that is left over", amount: nanoUsd(-total) };
  return { lines: [...shown, left], totalDue: ZERO_USD, effectiveAt };
}

function stretch({ start, end }: Period): string {
  return `${formatDate(start)} to ${formatDate(end)}`;
}

function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}
