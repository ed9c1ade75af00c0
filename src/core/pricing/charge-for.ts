/** What a usage costs under a price row: exact line by line, rounded once. */
import { divideHalfEven, type NanoUsd, nanoUsd, nanoUsdPerMillion, ZERO_USD } from "../money.ts";
import { BUCKETS, type Bucket, type Usage } from "../usage.ts";
import type { Charge, ChargeLine, PriceRow } from "./price.ts";
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
  const { row, stated } = from;
  const lines = row === null ? [] : computedLines(from.usage, row);
  const computed = nanoUsd(lines.reduce((sum, line) => sum + line.cost, 0n));
  if (stated === undefined) {
    return { cost: computed, lines, computed, unpriced: row === null };
  }
  const difference = nanoUsd(stated - computed);
  const all = difference === ZERO_USD ? lines : [...lines, statedLine(difference)];
  return { cost: stated, lines: all, computed, stated, unpriced: false };
}

function statedLine(difference: NanoUsd): ChargeLine {
  const rate = nanoUsdPerMillion(difference * EXACT_PER_NANO);
  return { bucket: "stated", quantity: 1, rate, cost: difference, priceId: "stated" };
}

function computedLines(usage: Usage, row: PriceRow): ChargeLine[] {
  const inputTokens = inputTokensOf(usage);
  const counted = withRequests(usage, row);
  const lines = BUCKETS.flatMap((bucket) =>
    lineFor(bucket, counted[bucket] ?? 0, row, inputTokens),
  );
  return apportion(lines);
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

/** A line that is not rounded yet: its `cost` is still 0. */
function lineFor(
  bucket: Bucket,
  quantity: number,
  row: PriceRow,
  inputTokens: number,
): ChargeLine[] {
  const rate = quantity > 0 ? tieredRateFor(row, bucket) : null;
  if (rate === null) return [];
  return [{ bucket, quantity, rate: rateAt(rate, inputTokens), cost: ZERO_USD, priceId: row.id }];
}

/** Rounds the sum once; the nano-dollars that rounding down each line leaves go to the largest remainders. */
function apportion(lines: readonly ChargeLine[]): ChargeLine[] {
  const exact = lines.map((line) => BigInt(line.quantity) * line.rate);
  const total = divideHalfEven(
    exact.reduce((sum, part) => sum + part, 0n),
    EXACT_PER_NANO,
  );
  const whole = exact.map((part) => part / EXACT_PER_NANO);
  const left = Number(total - whole.reduce((sum, part) => sum + part, 0n));
  const raised = new Set(
    exact
      .map((part, index) => ({ index, rest: Number(part % EXACT_PER_NANO) }))
      .sort((a, b) => b.rest - a.rest || a.index - b.index)
      .slice(0, left)
      .map(({ index }) => index),
  );
  return lines.map((line, index) => ({
    ...line,
    cost: nanoUsd((whole[index] ?? 0n) + (raised.has(index) ? 1n : 0n)),
  }));
}
