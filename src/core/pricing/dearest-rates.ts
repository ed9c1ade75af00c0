/** The most that a token of a request can cost, before it is known which tokens they will be. */
import {
  divideUp,
  type NanoUsd,
  type NanoUsdPerMillion,
  nanoUsd,
  nanoUsdPerMillion,
} from "../money.ts";
import { type Bucket, INPUT_BUCKETS, OUTPUT_BUCKETS } from "../usage.ts";
import type { PriceRow } from "./price.ts";
import { dearestUpTo, tieredRateFor } from "./rate-for.ts";

/** What a request says about the tokens it may use. */
export interface TokenFacts {
  readonly inputTokensBound: number;
  readonly cacheWrite: "none" | "5m" | "1h";
  readonly modalities: readonly ("audio" | "image" | "video")[];
}

export interface DearestRates {
  readonly input: NanoUsdPerMillion;
  readonly output: NanoUsdPerMillion;
  /** What is owed for the request as such. */
  readonly perRequest: NanoUsd;
}

/**
 * Never less than `chargeFor` of any usage within the facts: every bucket that they allow, at every tier that a request
 * of the bound's size or smaller can fall into. Output counts in all its kinds: a model may answer in pictures unasked.
 */
export function dearestRates(row: PriceRow, facts: TokenFacts): DearestRates {
  const bound = facts.inputTokensBound;
  let input = nanoUsdPerMillion(0n);
  for (const bucket of INPUT_BUCKETS) {
    const rate = dearestUpTo(tieredRateFor(row, bucket), bound);
    if (rate > input && mayBeInput(bucket, row, facts)) input = rate;
  }
  let output = nanoUsdPerMillion(0n);
  for (const bucket of OUTPUT_BUCKETS) {
    const rate = dearestUpTo(tieredRateFor(row, bucket), bound);
    if (rate > output) output = rate;
  }
  return { input, output, perRequest: requestFee(row, bound) };
}

function requestFee(row: PriceRow, bound: number): NanoUsd {
  const fee = row.rates.requests ?? row.rates.credits ?? null;
  return nanoUsd(divideUp(dearestUpTo(fee, bound), 1_000_000n));
}

function mayBeInput(bucket: Bucket, row: PriceRow, facts: TokenFacts): boolean {
  const has = (modality: "audio" | "image" | "video") => facts.modalities.includes(modality);
  switch (bucket) {
    case "cache_write_5m":
      return facts.cacheWrite !== "none" || cachesUnasked(row);
    case "cache_write_1h":
      return facts.cacheWrite === "1h";
    case "input_audio":
    case "cache_read_audio":
      // A video has a sound track, which is counted as audio.
      return has("audio") || has("video");
    case "input_image":
    case "cache_read_image":
      return has("image");
    case "input_video":
      return has("video");
    default:
      return true;
  }
}

/** Anthropic writes to its cache only when asked; others that charge for writing (OpenAI) do it by themselves. */
function cachesUnasked(row: PriceRow): boolean {
  return row.rates.cache_write_5m !== undefined && row.provider !== "anthropic";
}
