/** What a period's use will come to: the straight line for steady use, recent days weighing more where there is history. */
import { DAY_MS, type Instant } from "../instant.ts";
import type { Period } from "../periods/period.ts";

/** What one whole UTC day came to. */
export interface DayAmount {
  readonly day: Instant;
  readonly amount: bigint;
}

export interface Projection {
  readonly projected: bigint;
  /** The truth lies between these in about eight of ten cases. */
  readonly low: bigint;
  readonly high: bigint;
  readonly method: "straight_line" | "weighted_days" | "past";
}

export interface ProjectionFacts {
  readonly period: Period;
  readonly now: Instant;
  /** Of the period so far, in any whole unit: nano-dollars, calls, tokens. */
  readonly used: bigint;
  /** Whole days before today on which anything was used; days between them that are not named came to nothing. */
  readonly days: readonly DayAmount[];
}

/** Fewer days than this before the period began say little of a habit. */
const HISTORY_DAYS_LEAST = 14;
/** Days further back than this are not looked at. */
export const PROJECTION_DAYS_MOST = 56;
/** A day counts half of one so many days later; found by the backtest in `bench/projections.ts`. */
const HALF_LIFE_DAYS = 5;
/** Weights are whole parts of this, so that steady days give exactly the straight line. */
const WEIGHT_ONE = 1_000_000;
/** With fewer days than this their spread says nothing. */
const SPREAD_DAYS_LEAST = 3;
/** What grows mostly grows by a share, not by an amount, so it is further off than a line would be; from the backtest. */
const DRIFT_GROWS = 1.6;
/** Eight in ten of a bell curve lie this many standard deviations around its middle. */
const DEVIATIONS = 1.2816;

/**
 * `used` is never projected down. Of a period that is over, the projection is what it came to. A period that has
 * only begun counts as one day old, so that one call a second ago projects no fortune.
 */
export function project(facts: ProjectionFacts): Projection {
  const { period, now, used } = facts;
  if (now >= period.end) return { projected: used, low: used, high: used, method: "past" };
  const days = recentDays(facts);
  const hasHistory = hasHistoryBefore(period.start, facts);
  const projected = hasHistory ? byWeightedDays(facts, days) : byStraightLine(facts);
  const spread = spreadOf(facts, { days, projected, hasHistory });
  const low = projected - spread;
  return {
    projected,
    low: low < used ? used : low,
    high: projected + spread,
    method: hasHistory ? "weighted_days" : "straight_line",
  };
}

function byStraightLine({ period, now, used }: ProjectionFacts): bigint {
  const length = period.end - period.start;
  const elapsed = Math.max(now - period.start, Math.min(DAY_MS, length));
  return divideRounded(used * BigInt(length), BigInt(elapsed));
}

/** What is used already, and for the time that is left the weighted mean of the days before. */
function byWeightedDays({ period, now, used }: ProjectionFacts, days: readonly bigint[]): bigint {
  let [sum, weights] = [0n, 0n];
  for (const [age, amount] of days.entries()) {
    const weight = weightOf(age);
    sum += amount * weight;
    weights += weight;
  }
  const left = BigInt(period.end - now);
  return used + divideRounded(sum * left, weights * BigInt(DAY_MS));
}

/** Whole parts of a million: no floating-point number comes near the money. */
function weightOf(age: number): bigint {
  return BigInt(Math.round(WEIGHT_ONE * 2 ** (-age / HALF_LIFE_DAYS)));
}

/** Yesterday first, zeros where nothing was used, back to the first day of any use. */
function recentDays({ now, days }: ProjectionFacts): bigint[] {
  const today = now - (now % DAY_MS);
  const amounts = new Map<number, bigint>(days.map(({ day, amount }) => [day, amount]));
  const count = Math.min(
    PROJECTION_DAYS_MOST,
    Math.round((today - firstDay(days, today)) / DAY_MS),
  );
  return Array.from({ length: count }, (_, age) => {
    const amount = amounts.get(today - (age + 1) * DAY_MS) ?? 0n;
    // A correction can take more from a day than it had; a habit of less than nothing there is not.
    return amount < 0n ? 0n : amount;
  });
}

function firstDay(days: readonly DayAmount[], otherwise: number): number {
  return days.reduce((least, { day }) => Math.min(least, day), otherwise);
}

function hasHistoryBefore(start: Instant, { now, days }: ProjectionFacts): boolean {
  return start - firstDay(days, now) >= HISTORY_DAYS_LEAST * DAY_MS;
}

/**
 * From how far the days lie apart (what is left is so many draws of a day, from a mean that is itself known no better than
 * the days tell), and from how far the last week has left the weeks before it. Floating-point numbers will do: a range
 * is a guess of a size, and no money.
 */
function spreadOf(
  { period, now }: ProjectionFacts,
  of: {
    readonly days: readonly bigint[];
    readonly projected: bigint;
    readonly hasHistory: boolean;
  },
): bigint {
  const { days, projected, hasHistory } = of;
  const daysLeft = (period.end - now) / DAY_MS;
  const daysAll = (period.end - period.start) / DAY_MS;
  const weights = days.map((_, age) => (hasHistory ? 2 ** (-age / HALF_LIFE_DAYS) : 1));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  const isKnown = days.length >= SPREAD_DAYS_LEAST;
  // Of too few days to tell, one is taken to vary by as much as it comes to.
  const deviation = isKnown ? deviationOf(days, weights) : Number(projected) / daysAll;
  const known = isKnown ? (whole * whole) / squares : 1;
  const noise = DEVIATIONS * deviation * Math.sqrt(daysLeft + daysLeft ** 2 / known);
  // The middle of what is left lies so many days after the middle of what the projection goes by.
  const drift = DRIFT_GROWS * driftOf(days) * (daysLeft / 2 + HALF_LIFE_DAYS) * daysLeft;
  return BigInt(Math.round(Math.hypot(noise, drift)));
}

/** By how much a day's amount has changed each day: the last week against the three before it; 0 without these. */
function driftOf(days: readonly bigint[]): number {
  const offs = offsOf(days);
  const [last, before] = [offs.slice(0, 7), offs.slice(7, 28)];
  if (before.length < 7) return 0;
  const daysApart = (last.length + before.length) / 2;
  return (meanOf(last) - meanOf(before)) / daysApart;
}

function meanOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length;
}

/** Taken from the first day's amount, so that rounding makes no spread of large amounts that are alike. */
function offsOf(days: readonly bigint[]): number[] {
  const first = days[0] ?? 0n;
  return days.map((amount) => Number(amount - first));
}

/** The weighted standard deviation of the days, exactly 0 where all are alike. */
function deviationOf(days: readonly bigint[], weights: readonly number[]): number {
  const offs = offsOf(days);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const weighted = (of: (off: number) => number): number =>
    offs.reduce((sum, off, age) => sum + of(off) * (weights[age] ?? 0), 0) / whole;
  const mean = weighted((off) => off);
  return Math.sqrt(weighted((off) => (off - mean) ** 2));
}

function divideRounded(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}
