/** Rates as people read them: what a bucket is called, what its rate is for, and the dollars exactly. */
import type { Origin } from "../../../../src/core/pricing/price.ts";
import { type RatesJson, unitsPriced } from "../../../../src/core/pricing/price-json.ts";
import { BUCKETS, type Bucket } from "../../../../src/core/usage.ts";
import { exactly, LOCALE } from "../../parts/format.ts";

const BUCKET_WORDS: Readonly<Record<Bucket, string>> = {
  input: "Input",
  cache_read: "Cached input",
  cache_write_5m: "Cache write, 5 min",
  cache_write_1h: "Cache write, 1 h",
  output: "Output",
  reasoning: "Reasoning",
  input_audio: "Audio input",
  cache_read_audio: "Cached audio",
  output_audio: "Audio output",
  input_image: "Image input",
  cache_read_image: "Cached images",
  output_image: "Image output",
  input_video: "Video input",
  tool_input: "Tool input",
  requests: "Request",
  web_searches: "Web search",
  file_searches: "File search",
  code_sessions: "Code session",
  images: "Image",
  characters: "Character",
  seconds: "Second",
  pages: "Page",
  annotated_pages: "Annotated page",
  credits: "Credit",
};

export function bucketWords(bucket: Bucket): string {
  return BUCKET_WORDS[bucket];
}

/** What a rate is for: a million tokens, or one of anything else. */
export function unitOf(bucket: Bucket): string {
  return unitsPriced(bucket) === 1 ? "each" : "a million";
}

export const BUCKET_CHOICES = [
  {
    group: "$ a million tokens",
    items: choicesOf((bucket) => unitsPriced(bucket) !== 1),
  },
  { group: "$ each", items: choicesOf((bucket) => unitsPriced(bucket) === 1) },
];

function choicesOf(isIn: (bucket: Bucket) => boolean) {
  return BUCKETS.filter(isIn).map((value) => ({ value, label: BUCKET_WORDS[value] }));
}

const exactRate = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 15,
});

/** All decimals of it, and two at least. */
function rateWords(dollars: number | string): string {
  return exactRate.format(Number(dollars));
}

export interface ShownRate {
  readonly bucket: Bucket;
  readonly base: string;
  /** `$2.50 above 200,000`; input tokens of the whole request. */
  readonly tiers: readonly string[];
}

export function shownRates(rates: RatesJson): ShownRate[] {
  return BUCKETS.flatMap((bucket) => {
    const rate = rates[bucket];
    if (rate === undefined) return [];
    if (typeof rate !== "object") return [{ bucket, base: rateWords(rate), tiers: [] }];
    return [
      {
        bucket,
        base: rateWords(rate.base),
        tiers: rate.tiers.map((tier) => `${rateWords(tier.rate)} above ${exactly(tier.above)}`),
      },
    ];
  });
}

export const ORIGIN_WORDS: Readonly<Record<Origin, string>> = {
  operator: "Yours",
  own: "Purser's own",
  catalogue: "Catalogue",
};

const ORIGIN_REASONS: Readonly<Record<Origin, string>> = {
  operator: "You entered it; it outranks the others from its date on",
  own: "Comes with Purser, for what the catalogue lacks",
  catalogue: "genai-prices, which others keep",
};

export function originReason(origin: Origin): string {
  return ORIGIN_REASONS[origin];
}
