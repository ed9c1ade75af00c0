/** The rate that a bucket is charged at under a price row. */
import { type NanoUsdPerMillion, nanoUsdPerMillion } from "../money.ts";
import { type Bucket, INPUT_BUCKETS, type Usage } from "../usage.ts";
import type { PriceRow, TieredRate } from "./price.ts";

/**
 * Where a row names no rate for a bucket, providers charge it like the bucket it is a part of: cached audio like
 * audio or else like cached text, and any token that has no price of its own like plain input or output.
 */
const CHARGED_LIKE: Readonly<Partial<Record<Bucket, readonly Bucket[]>>> = {
  cache_read: ["input"],
  cache_write_5m: ["input"],
  cache_write_1h: ["cache_write_5m", "input"],
  reasoning: ["output"],
  input_audio: ["input"],
  cache_read_audio: ["input_audio", "cache_read", "input"],
  output_audio: ["output"],
  input_image: ["input"],
  cache_read_image: ["input_image", "cache_read", "input"],
  output_image: ["output"],
  input_video: ["input"],
  tool_input: ["input"],
};

/** The bucket's own rate, or that of the bucket it is charged like; null where the row has neither. */
export function tieredRateFor(row: Pick<PriceRow, "rates">, bucket: Bucket): TieredRate | null {
  const own = row.rates[bucket];
  if (own !== undefined) return own;
  for (const like of CHARGED_LIKE[bucket] ?? []) {
    const rate = row.rates[like];
    if (rate !== undefined) return rate;
  }
  return null;
}

/** The rate of a request with so many input tokens: one tier for the whole request, not brackets. */
export function rateAt(rate: TieredRate, inputTokens: number): NanoUsdPerMillion {
  return rate.tiers.findLast((tier) => inputTokens > tier.above)?.rate ?? rate.base;
}

/** The dearest rate of a request with at most so many input tokens. */
export function dearestUpTo(rate: TieredRate | null, inputTokensMost: number): NanoUsdPerMillion {
  if (rate === null) return nanoUsdPerMillion(0n);
  let most = rate.base;
  for (const tier of rate.tiers) {
    if (inputTokensMost > tier.above && tier.rate > most) most = tier.rate;
  }
  return most;
}

/** All input tokens of a request, cached and of whatever kind: what tiers are chosen by. */
export function inputTokensOf(usage: Usage): number {
  let sum = 0;
  for (const bucket of INPUT_BUCKETS) sum += usage[bucket] ?? 0;
  return sum;
}
