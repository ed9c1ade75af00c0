/** Holds what was metered of a recording against the provider's own last word. */

import { decimalText } from "../core/money.ts";
import { BUCKETS, type Bucket, tokenSide, type Usage } from "../core/usage.ts";
import type { MeteredRecording } from "./meter-recording.ts";
import type { StatedUsage } from "./stated-usage.ts";

/** Buckets whose sum is what a provider states under one name. */
const CACHED: readonly Bucket[] = ["cache_read", "cache_read_audio", "cache_read_image"];

export function tokensOf(usage: Usage): { readonly input: number; readonly output: number } {
  const tokens = { input: 0, output: 0, none: 0 };
  for (const bucket of BUCKETS) tokens[tokenSide(bucket)] += usage[bucket] ?? 0;
  return { input: tokens.input, output: tokens.output };
}

/**
 * What disagrees, in words; empty where nothing does. A stream that broke off may be metered above what its provider
 * had said by then, so there it is the reading that is judged.
 */
export function disagreements(stated: StatedUsage, one: MeteredRecording): string[] {
  const usage = brokeOff(one) ? (one.reading?.usage ?? {}) : one.metered.usage;
  const { input, output } = tokensOf(usage);
  const total = (buckets: readonly Bucket[]) =>
    buckets.reduce((sum, bucket) => sum + (usage[bucket] ?? 0), 0);
  const pairs: readonly (readonly [string, number | undefined, number])[] = [
    ["input tokens", stated.input, input],
    ["output tokens", stated.output, output],
    ["cached tokens", stated.cacheRead, total(CACHED)],
    ["reasoning tokens", stated.reasoning, total(["reasoning"])],
    ["web searches", stated.webSearches, total(["web_searches"])],
    ["seconds", wholeSeconds(stated.seconds), total(["seconds"])],
    ["pages", stated.pages, total(["pages", "annotated_pages"])],
    ["credits", stated.credits, total(["credits"])],
    ["requests", stated.requests, total(["requests"])],
  ];
  const differing = pairs.filter(([, said, metered]) => said !== undefined && said !== metered);
  const words = differing.map(
    ([what, said, metered]) => `${what}: said ${said}, metered ${metered}`,
  );
  return [...words, ...costDisagreement(stated, one)];
}

export function brokeOff({ reading }: MeteredRecording): boolean {
  return reading !== null && "complete" in reading && !reading.complete;
}

/** Providers bill begun seconds. */
function wholeSeconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.ceil(seconds);
}

/** A stated cost may have more decimals than a nano-dollar, which is then rounded. */
function costDisagreement({ dollars }: StatedUsage, { charge }: MeteredRecording): string[] {
  if (dollars === undefined) return [];
  const [whole = "0", fraction = ""] = decimalText(dollars).split(".");
  const truncated = BigInt(whole + fraction.padEnd(9, "0").slice(0, 9));
  const difference = charge.cost - truncated;
  if (difference === 0n || difference === 1n) return [];
  return [`cost: said $${decimalText(dollars)}, metered ${charge.cost} nano-dollars`];
}
