/** The rate that a bucket is charged at under a price row. */
import { type NanoUsdPerMillion, nanoUsdPerMillion } from "../money.ts";
import { BUCKETS, type Bucket, tokenSide, type Usage } from "../usage.ts";
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
export function tieredRateFor(row: PriceRow, bucket: Bucket): TieredRate | null {
  for (const candidate of [bucket, ...(CHARGED_LIKE[bucket] ?? [])]) {
    const rate = row.rates[candidate];
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
  const reachable = rate.tiers.filter((tier) => inputTokensMost > tier.above);
  return reachable.reduce((most, tier) => (tier.rate > most ? tier.rate : most), rate.base);
}

/** All input tokens of a request, cached and of whatever kind: what tiers are chosen by. */
export function inputTokensOf(usage: Usage): number {
  return BUCKETS.reduce(
    (sum, bucket) => (tokenSide(bucket) === "input" ? sum + (usage[bucket] ?? 0) : sum),
    0,
  );
}
