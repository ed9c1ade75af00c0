/** What a call used, in disjoint buckets: a token, a page or a second is counted in exactly one. */

export const BUCKETS = [
  "input",
  "cache_read",
  "cache_write_5m",
  "cache_write_1h",
  "output",
  "reasoning",
  "input_audio",
  "cache_read_audio",
  "output_audio",
  "input_image",
  "cache_read_image",
  "output_image",
  "input_video",
  "tool_input",
  "requests",
  "web_searches",
  "file_searches",
  "code_sessions",
  "images",
  "characters",
  "seconds",
  "pages",
  "annotated_pages",
  "credits",
] as const;

export type Bucket = (typeof BUCKETS)[number];

/** Whole, non-negative quantities up to 2^53 - 1. A bucket that was not used is left out. */
export type Usage = Readonly<Partial<Record<Bucket, number>>>;

/** What limits count. `cost` is nano-dollars of provider cost; the rest are whole units. */
export const METERS = [
  "calls",
  "tokens",
  "input_tokens",
  "output_tokens",
  "cost",
  "images",
  "characters",
  "seconds",
  "pages",
] as const;

export type Meter = (typeof METERS)[number];

/** One whole amount per meter, as counters add them up. */
export type Amounts = Readonly<Record<Meter, bigint>>;

/** The unit meters a bucket is counted by (`calls` and `cost` do not come from buckets). */
const UNIT_METER: Readonly<Partial<Record<Bucket, Exclude<Meter, "calls" | "cost" | "tokens">>>> = {
  input: "input_tokens",
  cache_read: "input_tokens",
  cache_write_5m: "input_tokens",
  cache_write_1h: "input_tokens",
  output: "output_tokens",
  reasoning: "output_tokens",
  input_audio: "input_tokens",
  cache_read_audio: "input_tokens",
  output_audio: "output_tokens",
  input_image: "input_tokens",
  cache_read_image: "input_tokens",
  output_image: "output_tokens",
  input_video: "input_tokens",
  tool_input: "input_tokens",
  images: "images",
  characters: "characters",
  seconds: "seconds",
  pages: "pages",
  annotated_pages: "pages",
};

export const NO_AMOUNTS: Amounts = {
  calls: 0n,
  tokens: 0n,
  input_tokens: 0n,
  output_tokens: 0n,
  cost: 0n,
  images: 0n,
  characters: 0n,
  seconds: 0n,
  pages: 0n,
};

/** Turns a usage and its cost (nano-dollars) into what each meter rises by. `calls` is 0 or 1. */
export function amountsOf(from: { usage: Usage; cost: bigint; calls: number }): Amounts {
  const units = {
    input_tokens: 0n,
    output_tokens: 0n,
    images: 0n,
    characters: 0n,
    seconds: 0n,
    pages: 0n,
  };
  for (const bucket of BUCKETS) {
    const meter = UNIT_METER[bucket];
    const quantity = from.usage[bucket];
    if (meter !== undefined && quantity !== undefined) units[meter] += BigInt(quantity);
  }
  return {
    ...units,
    calls: BigInt(from.calls),
    cost: from.cost,
    tokens: units.input_tokens + units.output_tokens,
  };
}

/** Is this bucket one of input tokens, output tokens, or neither? */
export function tokenSide(bucket: Bucket): "input" | "output" | "none" {
  const meter = UNIT_METER[bucket];
  if (meter === "input_tokens") return "input";
  return meter === "output_tokens" ? "output" : "none";
}

export const INPUT_BUCKETS = BUCKETS.filter((bucket) => tokenSide(bucket) === "input");
export const OUTPUT_BUCKETS = BUCKETS.filter((bucket) => tokenSide(bucket) === "output");

/** Leaves out empty buckets, so that equal usages have equal shapes. Refuses what is no whole, safe quantity. */
export function usageOf(quantities: Readonly<Partial<Record<Bucket, number>>>): Usage {
  const usage: Partial<Record<Bucket, number>> = {};
  for (const bucket of BUCKETS) {
    const quantity = quantities[bucket];
    if (quantity === undefined || quantity === 0) continue;
    if (!isQuantity(quantity))
      throw new RangeError(`${bucket} is not a whole quantity: ${quantity}`);
    usage[bucket] = quantity;
  }
  return usage;
}

/** The largest quantity believed: above ten billion, a provider's number is a mistake and not a usage. */
const LARGEST_QUANTITY = 10_000_000_000;

export function isQuantity(value: unknown): value is number {
  return (
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= LARGEST_QUANTITY
  );
}
