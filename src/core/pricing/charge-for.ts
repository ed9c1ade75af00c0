/** What a usage costs under a price row: exact line by line, rounded once. */
import { divideHalfEven, type NanoUsd, nanoUsd, nanoUsdPerMillion, ZERO_USD } from "../money.ts";
import { BUCKETS, type Bucket, type Usage } from "../usage.ts";
import type { Billed, Charge, ChargeLine, PriceRow } from "./price.ts";
import { inputTokensOf, rateAt, tieredRateFor } from "./rate-for.ts";

/** A line is quantity × rate in 10⁻¹⁵ dollars; a million of these are a nano-dollar. */
const EXACT_PER_NANO = 1_000_000n;

/**
 * The charge for `usage`. The total is rounded once, half to even, to the nano-dollar, and the lines are apportioned
 * to add up to it. A cost that the provider `stated` outranks ours, and both are kept: our lines stay as they are, and
 * a line `stated` takes up the difference (which may be negative). `row` null: no price is known.
 */
export function chargeFor(from: {
  readonly usage: Usage;
  readonly row: PriceRow | null;
  readonly stated?: NanoUsd;
}): Charge {
  const { usage, row, stated } = from;
  const lines = row === null ? [] : computedLines(usage, row);
  const computed = nanoUsd(lines.reduce((sum, line) => sum + line.cost, 0n));
  if (stated === undefined) {
    const unpriced = row === null ? isUsed(usage) : lines.length === 0 && isBillable(usage);
    return { cost: computed, lines, computed, unpriced };
  }
  const difference = nanoUsd(stated - computed);
  const all = difference === ZERO_USD ? lines : [...lines, statedLine(difference)];
  return { cost: stated, lines: all, computed, stated, unpriced: false };
}

/** Nothing used costs nothing, at whatever price. */
function isUsed(usage: Usage): boolean {
  return BUCKETS.some((bucket) => (usage[bucket] ?? 0) > 0);
}

/** Requests as such are free unless a row says otherwise; anything else that was used has its price. */
function isBillable(usage: Usage): boolean {
  return BUCKETS.some((bucket) => bucket !== "requests" && (usage[bucket] ?? 0) > 0);
}

function statedLine(difference: NanoUsd): ChargeLine {
  const rate = nanoUsdPerMillion(difference * EXACT_PER_NANO);
  return { bucket: "stated", quantity: 1, rate, cost: difference, priceId: "stated" };
}

function computedLines(usage: Usage, row: PriceRow): ChargeLine[] {
  const inputTokens = inputTokensOf(usage);
  const counted = withRequests(usage, row);
  const lines: UnroundedLine[] = [];
  for (const bucket of BUCKETS) {
    const quantity = billedQuantity(counted[bucket] ?? 0, row.billed?.[bucket]);
    const tiered = quantity > 0 ? tieredRateFor(row, bucket) : null;
    if (tiered === null) continue;
    const rate = rateAt(tiered, inputTokens);
    const { priceId = row.id } = tiered;
    lines.push({ bucket, quantity, rate, priceId, exact: BigInt(quantity) * rate });
  }
  return apportion(lines);
}

/** What was not used at all has no minimum. */
function billedQuantity(used: number, billed: Billed[Bucket]): number {
  if (billed === undefined || used === 0) return used;
  const { atLeast = 0, atMost = Number.POSITIVE_INFINITY } = billed;
  return Math.min(Math.max(used, atLeast), atMost);
}

/**
 * Adds what a row charges for and nobody counted. A fee for each request is owed once for a call that used anything;
 * where a service bills by credits and only requests were counted, each is one credit.
 */
function withRequests(usage: Usage, row: PriceRow): Usage {
  const { requests, credits } = usage;
  if (row.rates.requests !== undefined) {
    const used = requests === undefined && BUCKETS.some((bucket) => (usage[bucket] ?? 0) > 0);
    return used ? { ...usage, requests: 1 } : usage;
  }
  const uncounted = row.rates.credits !== undefined && credits === undefined;
  return uncounted && requests !== undefined ? { ...usage, credits: requests } : usage;
}

interface UnroundedLine extends Pick<ChargeLine, "quantity" | "rate" | "priceId"> {
  readonly bucket: ChargeLine["bucket"];
  /** In 10⁻¹⁵ dollars. */
  readonly exact: bigint;
}

/** Rounds the sum once; the nano-dollars that rounding down each line leaves go to the largest remainders. */
export function apportion(lines: readonly UnroundedLine[]): ChargeLine[] {
  let exactSum = 0n;
  let wholeSum = 0n;
  for (const { exact } of lines) {
    exactSum += exact;
    wholeSum += exact / EXACT_PER_NANO;
  }
  const raised = largestRemainders(
    lines,
    Number(divideHalfEven(exactSum, EXACT_PER_NANO) - wholeSum),
  );
  return lines.map((line) => {
    const { bucket, quantity, rate, priceId, exact } = line;
    const cost = nanoUsd(exact / EXACT_PER_NANO + (raised.has(line) ? 1n : 0n));
    return { bucket, quantity, rate, cost, priceId };
  });
}

/** Of equal remainders the earlier line's, so that the same usage always has the same lines. */
function largestRemainders(lines: readonly UnroundedLine[], count: number): Set<UnroundedLine> {
  if (count === 0) return new Set();
  const rest = ({ exact }: UnroundedLine) => Number(exact % EXACT_PER_NANO);
  return new Set([...lines].sort((a, b) => rest(b) - rest(a)).slice(0, count));
}
