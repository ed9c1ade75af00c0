/** The most that a token of a request can cost, before it is known which tokens they will be. */
import { divideUp, type NanoUsd, type NanoUsdPerMillion, nanoUsd } from "../money.ts";
import { BUCKETS, type Bucket, tokenSide } from "../usage.ts";
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
  const input = BUCKETS.filter((bucket) => mayBeInput(bucket, row, facts));
  const output = BUCKETS.filter((bucket) => tokenSide(bucket) === "output");
  return {
    input: dearest(row, input, facts.inputTokensBound),
    output: dearest(row, output, facts.inputTokensBound),
    perRequest: requestFee(row, facts.inputTokensBound),
  };
}

function dearest(row: PriceRow, buckets: readonly Bucket[], bound: number): NanoUsdPerMillion {
  return buckets
    .map((bucket) => dearestUpTo(tieredRateFor(row, bucket), bound))
    .reduce((most, rate) => (rate > most ? rate : most), 0n as NanoUsdPerMillion);
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
      return tokenSide(bucket) === "input";
  }
}

/** Anthropic writes to its cache only when asked; others that charge for writing (OpenAI) do it by themselves. */
function cachesUnasked(row: PriceRow): boolean {
  return row.rates.cache_write_5m !== undefined && row.provider !== "anthropic";
}
