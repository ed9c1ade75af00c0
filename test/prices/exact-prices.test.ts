/** Every model's charge equals a computation that shares no code with ours: fractions of whole numbers, from the catalogue. */
import { findProvider, type ModelInfo, type ModelPrice } from "@pydantic/genai-prices";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant } from "../../src/core/instant.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import { type Usage, usageOf } from "../../src/core/usage.ts";
import { defaultPriceBook } from "../../src/prices/default-price-book.ts";

const book = defaultPriceBook();

const PROVIDERS: Readonly<Record<string, string>> = {
  gemini: "google",
  openai: "openai",
  anthropic: "anthropic",
  mistral: "mistral",
  bedrock: "aws",
  cerebras: "cerebras",
  cohere: "cohere",
  deepseek: "deepseek",
  fireworks: "fireworks",
  groq: "groq",
  moonshotai: "moonshotai",
  openrouter: "openrouter",
  perplexity: "perplexity",
  together: "together",
  voyage: "voyageai",
  xai: "x-ai",
  zai: "zai",
};

/** A fraction: exact, whatever is added to it. */
interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}
const NONE: Fraction = { over: 0n, under: 1n };

function fractionOf(decimal: number): Fraction {
  const [digits = "", exponent = "0"] = decimal.toString().split("e");
  const [whole = "", decimals = ""] = digits.split(".");
  const shift = Number(exponent) - decimals.length;
  const over = BigInt(whole + decimals);
  return shift >= 0
    ? { over: over * 10n ** BigInt(shift), under: 1n }
    : { over, under: 10n ** BigInt(-shift) };
}

/**
 * Rates have nine decimals a million tokens. The catalogue has more only for a rest of 1/12 that a float could not hold,
 * of OpenRouter's, whose answers state their own cost; such a price counts as its nine decimals.
 */
function written(dollars: number): number {
  return hasMoreDecimals(dollars) ? Number(dollars.toFixed(9)) : dollars;
}

function hasMoreDecimals(dollars: number): boolean {
  return /\.\d{10}|e-/.test(String(dollars));
}

function plus(a: Fraction, b: Fraction): Fraction {
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under };
}

function timesCount(price: Fraction, count: number): Fraction {
  return { over: price.over * BigInt(count), under: price.under * 1_000_000n };
}

/** Nano-dollars, half to even. */
function roundedNano({ over, under }: Fraction): bigint {
  const scaled = over * 1_000_000_000n;
  const whole = scaled / under;
  const twice = (scaled % under) * 2n;
  if (twice < under || (twice === under && whole % 2n === 0n)) return whole;
  return whole + 1n;
}

type Kind = "input" | "cache_read" | "cache_write_5m" | "cache_write_1h" | "output";
/** The catalogue's key of each kind of token, then those that price it where that one is missing. */
const KEYS: Readonly<Record<Kind, readonly string[]>> = {
  input: ["input_mtok"],
  cache_read: ["cache_read_mtok", "input_mtok"],
  cache_write_5m: ["cache_write_mtok", "input_mtok"],
  cache_write_1h: ["cache_write_1h_mtok", "cache_write_mtok", "input_mtok"],
  output: ["output_mtok"],
};

function expectedNano(prices: ModelPrice, usage: Readonly<Partial<Record<Kind, number>>>): bigint {
  const size = ["input", "cache_read", "cache_write_5m", "cache_write_1h"].reduce(
    (sum, kind) => sum + (usage[kind as Kind] ?? 0),
    0,
  );
  let sum = NONE;
  for (const kind of Object.keys(KEYS) as Kind[]) {
    const price = KEYS[kind].map((key) => prices[key]).find((one) => one !== undefined);
    if (price === undefined) continue;
    let dollars = price;
    if (typeof dollars === "object") {
      const tiers = dollars.tiers.filter(({ start }) => size > start);
      dollars = tiers.sort((a, b) => a.start - b.start).at(-1)?.price ?? dollars.base;
    }
    sum = plus(sum, timesCount(fractionOf(written(dollars)), usage[kind] ?? 0));
  }
  return roundedNano(sum);
}

interface Priced {
  readonly provider: string;
  readonly model: ModelInfo;
  readonly prices: ModelPrice;
  readonly from: Instant;
  /** Exclusive; null: in force still. */
  readonly until: Instant | null;
}

/** Prices by the time of day are in `price-book.test.ts`. */
function pricesOf(provider: string, model: ModelInfo): Priced[] {
  if (!Array.isArray(model.prices)) {
    return [{ provider, model, prices: model.prices, from: instant(0), until: null }];
  }
  const dated = model.prices;
  const byHour = dated.filter(({ constraint }) => constraint?.type === "time_of_date");
  if (byHour.length > 0) return [];
  const startOf = (index: number): Instant | null => {
    const constraint = dated[index]?.constraint;
    return constraint !== undefined && "start_date" in constraint
      ? instant(Date.parse(constraint.start_date))
      : null;
  };
  return dated.map(({ prices }, index) => ({
    provider,
    model,
    prices,
    from: startOf(index) ?? instant(0),
    until: startOf(index + 1),
  }));
}

const all = Object.entries(PROVIDERS).flatMap(([provider, id]) =>
  (findProvider({ providerId: id })?.models ?? [])
    .filter((model) => !(provider === "gemini" && model.id.startsWith("claude")))
    .flatMap((model) => pricesOf(provider, model)),
);
const PLAIN = new Set([
  ...Object.values(KEYS).flat(),
  "web_searches_kcount",
  "storage_searches_kcount",
]);
const plain = all.filter(
  ({ prices }) =>
    prices["input_mtok"] !== undefined && Object.keys(prices).every((key) => PLAIN.has(key)),
);

const tokens = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 700_000 }));
const anyUsage = fc.record({
  input: tokens,
  cache_read: tokens,
  cache_write_5m: tokens,
  cache_write_1h: tokens,
  output: tokens,
});

function check(priced: Priced, usage: Readonly<Partial<Record<Kind, number>>>, at: Instant): void {
  const { provider, model, prices } = priced;
  const row = book.find({ provider, model: model.id, at });
  const { cost } = chargeFor({ usage: usageOf(usage), row });
  const wanted = expectedNano(prices, usage);
  if (cost === wanted && row?.model === model.id) return;
  expect([provider, model.id, row?.id, usage, cost]).toEqual([
    provider,
    model.id,
    row?.id,
    usage,
    wanted,
  ]);
}

/** Instants at which a price is in force: its first, its last, and one between. */
function instantsOf({ from, until }: Priced): Instant[] {
  const last = until === null ? instant(Date.UTC(2027, 0)) : instant(until - 1);
  return [from, last, instant(Math.floor((from + last) / 2))];
}

describe("our charge is the exact decimal sum, to the nano-dollar", () => {
  test("for every model with plain prices and random usage, on both sides of every effective date", () => {
    expect(plain.length).toBeGreaterThan(700);
    for (const priced of plain) {
      fc.assert(
        fc.property(anyUsage, fc.constantFrom(...instantsOf(priced)), (usage, at) =>
          check(priced, usage, at),
        ),
        { numRuns: 25 },
      );
    }
  });

  test("but for six prices that are no decimal number, all of OpenRouter's", () => {
    const rest = all.flatMap(({ provider, prices }) =>
      Object.entries(prices).flatMap(([key, price]) =>
        typeof price === "number" && hasMoreDecimals(price) ? [`${provider} ${key} ${price}`] : [],
      ),
    );
    expect(rest).toEqual(Array(6).fill("openrouter cache_write_mtok 0.08333333333333334"));
  });

  test("at every effective date the earlier price ends and the later begins, a millisecond apart", () => {
    const changing = plain.filter(({ until }) => until !== null);
    expect(changing.length).toBeGreaterThan(5);
    for (const before of changing) {
      const { until, model, provider } = before;
      const after = plain.find(
        (one) => one.provider === provider && one.model === model && one.from === until,
      );
      if (until === null || after === undefined) continue;
      const usage = { input: 123_457, cache_read: 7, output: 991 };
      check(before, usage, instant(until - 1));
      check(after, usage, until);
    }
  });

  test("one token below, at and above every context tier, however the input is made up", () => {
    const tiered = plain.flatMap((priced) =>
      Object.values(priced.prices).flatMap((price) =>
        typeof price === "object" ? price.tiers.map(({ start }) => ({ priced, start })) : [],
      ),
    );
    expect(new Set(tiered.map(({ start }) => start))).toEqual(
      new Set([128_000, 199_999, 200_000, 271_999, 272_000]),
    );
    for (const { priced, start } of tiered) {
      for (const size of [start - 1, start, start + 1]) {
        fc.assert(
          fc.property(fc.integer({ min: 0, max: size }), tokens, (cached, output) => {
            const at = instantsOf(priced)[0] ?? instant(0);
            check(priced, { input: size, output }, at);
            check(priced, { input: size - cached, cache_read: cached, output }, at);
          }),
          { numRuns: 3 },
        );
      }
    }
  });
});

describe("100,000 random usages", () => {
  test("the lines add up to the charge, no bucket is in two lines, and the order says nothing", () => {
    const names = [
      "input",
      "output",
      "cache_read",
      "cache_write_5m",
      "cache_write_1h",
      "reasoning",
    ] as const;
    const more = [
      "input_audio",
      "output_audio",
      "tool_input",
      "web_searches",
      "images",
      "pages",
    ] as const;
    let seed = 20_260_401;
    const random = (below: number): number => {
      // A linear congruential generator: the same numbers at every run.
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed % below;
    };
    const rows = book.list(instant(Date.UTC(2026, 9)));
    let oneWay = 0n;
    const costs: bigint[] = [];
    for (let run = 0; run < 100_000; run += 1) {
      const row = rows[random(rows.length)];
      if (row === undefined) throw new Error("There is a row.");
      const buckets = [...names, ...more].filter(() => random(3) === 0);
      const entries = buckets.map((bucket) => [bucket, random(300_000)] as const);
      const usage: Usage = usageOf(Object.fromEntries(entries));
      const charge = chargeFor({ usage, row });
      const sum = charge.lines.reduce((total, line) => total + line.cost, 0n);
      const lineBuckets = new Set(charge.lines.map(({ bucket }) => bucket));
      const reversed =
        run % 5 === 0
          ? chargeFor({ usage: Object.fromEntries(entries.toReversed()), row })
          : charge;
      if (
        sum !== charge.cost ||
        lineBuckets.size !== charge.lines.length ||
        reversed.cost !== charge.cost
      ) {
        expect({ run, row: row.id, usage, charge, reversed }).toBe("exact");
      }
      costs.push(charge.cost);
      oneWay += charge.cost;
    }
    expect(costs.toReversed().reduce((sum, cost) => sum + cost, 0n)).toBe(oneWay);
  });
});
