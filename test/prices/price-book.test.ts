/** The price book: the right row for a model, a name and an instant, and the catalogue turned exactly into ours. */
import { calcPrice, findProvider, type MatchLogic } from "@pydantic/genai-prices";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant, parseInstant } from "../../src/core/instant.ts";
import { nanoUsdPerMillion } from "../../src/core/money.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import type { PriceRow } from "../../src/core/pricing/price.ts";
import { type Usage, usageOf } from "../../src/core/usage.ts";
import { defaultPriceBook } from "../../src/prices/default-price-book.ts";
import { openPriceBook } from "../../src/prices/open-price-book.ts";

const book = defaultPriceBook();
const at = (text: string): Instant => parseInstant(text, "at");
const NOW = at("2026-10-01T00:00:00Z");
const modelOf = (provider: string, model: string) => book.find({ provider, model, at: NOW })?.model;
const costOf = (provider: string, model: string, usage: Usage, when = NOW) =>
  chargeFor({ usage, row: book.find({ provider, model, at: when }) });

const IN_THE_CATALOGUE = {
  openai: "openai",
  anthropic: "anthropic",
  gemini: "google",
  mistral: "mistral",
  xai: "x-ai",
  groq: "groq",
};

/** Every plain name that a model's match speaks of. */
function namesIn(match: MatchLogic): string[] {
  if ("or" in match) return match.or.flatMap(namesIn);
  if ("equals" in match) return [match.equals];
  if ("starts_with" in match) return [match.starts_with];
  return [];
}

const catalogued = Object.entries(IN_THE_CATALOGUE).flatMap(([provider, id]) =>
  (findProvider({ providerId: id })?.models ?? [])
    .filter((model) => !(provider === "gemini" && model.id.startsWith("claude")))
    .map((model) => ({ provider, id, model: model.id, names: namesIn(model.match) })),
);

describe("a model's name", () => {
  test("finds what the catalogue itself finds by it, for every name the catalogue has", () => {
    const names = catalogued.flatMap(({ provider, id, names: all }) =>
      all.map((name) => ({ provider, id, name })),
    );
    expect(names.length).toBeGreaterThan(300);
    const wrong = names.filter(({ provider, id, name }) => {
      const theirs = calcPrice({}, name, { providerId: id, timestamp: new Date(NOW) });
      return theirs?.provider.id === id && theirs.model.id !== modelOf(provider, name);
    });
    expect(wrong).toEqual([]);
  });

  test.each([
    ["openai", "gpt-4o-2024-08-06", "gpt-4o"],
    ["openai", "gpt-4o-2029-08-06", "gpt-4o"],
    ["openai", "GPT-4o-mini", "gpt-4o-mini"],
    ["openai", "openai/gpt-4o-mini", "gpt-4o-mini"],
    ["openai", "text-embedding-3-small", "text-embedding-3-small"],
    ["gemini", "models/gemini-2.5-flash", "gemini-2.5-flash"],
    ["gemini", "gemini-2.0-flash-001", "gemini-2.0-flash"],
    ["gemini", "gemini-2.0-flash", "gemini-2.0-flash"],
    ["gemini", "gemini-embedding-001", "gemini-embedding-001"],
    ["anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5"],
    ["anthropic", "claude-3-5-haiku-latest", "claude-3-5-haiku-latest"],
    ["mistral", "mistral-small-latest", "mistral-small-latest"],
    ["mistral", "mistral-small-2506", "mistral-small-latest"],
    ["tavily", "whatever-it-is-called", "search"],
  ])("of %s written %s is %s", (provider, name, model) => {
    expect(modelOf(provider, name)).toBe(model);
  });

  test("that nobody knows has no price, and neither has an unknown provider", () => {
    for (const [provider, model] of [
      ["openai", "gpt-9000-ultra"],
      ["openai", "gpt-4o".repeat(1_000)],
      ["openai", ""],
      ["nobody", "gpt-4o"],
    ] as const) {
      expect(book.find({ provider, model, at: NOW })).toBe(null);
    }
  });
});

describe("the catalogue", () => {
  test("charges what it would charge itself, for every model at any time and any usage", () => {
    const counts = fc.record({
      input: fc.integer({ min: 0, max: 400_000 }),
      cache_read: fc.integer({ min: 0, max: 100_000 }),
      cache_write_5m: fc.integer({ min: 0, max: 50_000 }),
      output: fc.integer({ min: 0, max: 50_000 }),
    });
    const when = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2027, 5) }).map(instant);
    fc.assert(
      fc.property(fc.constantFrom(...catalogued), counts, when, (entry, usage, time) => {
        const ours = costOf(entry.provider, entry.model, usageOf(usage), time);
        const theirs = calcPrice(
          {
            input_tokens: usage.input + usage.cache_read + usage.cache_write_5m,
            cache_read_tokens: usage.cache_read,
            cache_write_tokens: usage.cache_write_5m,
            output_tokens: usage.output,
          },
          entry.model,
          { providerId: entry.id, timestamp: new Date(time) },
        );
        if (theirs === null || theirs.provider.id !== entry.id) return;
        expect(Math.abs(Number(ours.cost) / 1e9 - theirs.total_price)).toBeLessThan(2e-9);
      }),
      { numRuns: 1_500 },
    );
  });

  test("prices by the date of the call", () => {
    const usage = { input: 1_000_000, output: 1_000_000 };
    expect(costOf("openai", "o3", usage, at("2025-06-09T23:59:59Z")).cost).toBe(50_000_000_000n);
    expect(costOf("openai", "o3", usage, at("2025-06-10T00:00:00Z")).cost).toBe(10_000_000_000n);
  });

  test("prices by the hour of the call where the provider does", () => {
    const usage = { input: 1_000_000 };
    const chat = (time: string) => costOf("deepseek", "deepseek-chat", usage, at(time)).cost;
    expect(chat("2026-01-05T00:29:59.999Z")).toBe(135_000_000n);
    expect(chat("2026-01-05T00:30:00Z")).toBe(270_000_000n);
    expect(chat("2026-01-05T16:30:00Z")).toBe(135_000_000n);
    const flash = (time: string) => costOf("deepseek", "deepseek-v4-flash", usage, at(time)).cost;
    expect(flash("2026-08-01T02:00:00Z")).toBe(140_000_000n);
    expect(flash("2026-08-18T00:00:00Z")).toBe(220_000_000n);
    expect(flash("2026-08-18T02:00:00Z")).toBe(440_000_000n);
    expect(flash("2026-08-18T07:00:00Z")).toBe(440_000_000n);
  });

  test("keeps its tiers, which start above a number of tokens", () => {
    const cost = (input: number) => costOf("openai", "gpt-5.4", { input }).cost;
    expect(cost(271_999)).toBe(271_999n * 2_500n);
    expect(cost(272_000)).toBe(272_000n * 5_000n);
    expect(costOf("anthropic", "claude-sonnet-4-5", { input: 200_000 }).cost).toBe(600_000_000n);
    expect(costOf("anthropic", "claude-sonnet-4-5", { input: 200_001 }).cost).toBe(1_200_006_000n);
  });

  test("prices searches, seconds and pages by their own units", () => {
    expect(costOf("openai", "gpt-4o", { web_searches: 1 }).cost).toBe(10_000_000n);
    expect(costOf("openai", "whisper-1", { seconds: 60 }).cost).toBe(6_000_000n);
    expect(costOf("mistral", "mistral-ocr-2503", { pages: 3 }).cost).toBe(3_000_000n);
    expect(costOf("perplexity", "sonar", { requests: 1 }).cost).toBe(12_000_000n);
  });
});

describe("our own rows", () => {
  test("are the default prices of searches, pages and images", () => {
    expect(costOf("tavily", "search", { credits: 2 }).cost).toBe(2_000_000n);
    expect(costOf("serper", "search", { requests: 1 }).cost).toBe(1_000_000n);
    expect(costOf("exa", "search", { requests: 1 }).cost).toBe(3_000_000n);
    expect(costOf("firecrawl", "scrape", { pages: 5 }).cost).toBe(10_000_000n);
    expect(costOf("stability", "sd3.5-large", { images: 1 }).cost).toBe(40_000_000n);
  });
});

describe("a row added by the operator", () => {
  const priced = (model: string, from: string, dollars: bigint): PriceRow => ({
    id: `operator:${model}:${from}`,
    origin: "operator",
    provider: "openai",
    model,
    from: at(`${from}T00:00:00Z`),
    rates: { input: { base: nanoUsdPerMillion(dollars * 1_000_000_000n), tiers: [] } },
    source: "contract",
  });
  const own = defaultPriceBook([
    priced("gpt-4o", "2026-05-01", 1n),
    priced("gpt-4o:flex", "2026-05-01", 3n),
    priced("house-model", "2026-05-01", 7n),
  ]);
  const rate = (model: string, time: string, tier?: string) =>
    own.find({ provider: "openai", model, at: at(time), ...(tier ? { tier } : {}) })?.rates.input
      ?.base;

  test("supersedes the catalogue from its date on, for every name of the model", () => {
    expect(rate("gpt-4o-2024-08-06", "2026-04-30T23:59:59Z")).toBe(2_500_000_000n);
    expect(rate("gpt-4o-2024-08-06", "2026-05-01T00:00:00Z")).toBe(1_000_000_000n);
  });

  test("prices a model of the operator's own, and nothing before its date", () => {
    expect(rate("house-model", "2026-05-02T00:00:00Z")).toBe(7_000_000_000n);
    expect(rate("House-Model-2026-05-02", "2026-05-02T00:00:00Z")).toBe(7_000_000_000n);
    expect(rate("house-model", "2026-04-30T00:00:00Z")).toBe(undefined);
  });

  test("of a service tier holds for that tier; other tiers have the plain price", () => {
    expect(rate("gpt-4o-2024-08-06", "2026-05-02T00:00:00Z", "flex")).toBe(3_000_000_000n);
    expect(rate("gpt-4o", "2026-05-02T00:00:00Z", "default")).toBe(1_000_000_000n);
  });

  test("of the same date wins over the one before it in the list", () => {
    const two = openPriceBook([priced("m", "2026-01-01", 1n), priced("m", "2026-01-01", 2n)]);
    const found = two.find({ provider: "openai", model: "m", at: NOW });
    expect(found?.rates.input?.base).toBe(2_000_000_000n);
  });
});

describe("the list", () => {
  const list = book.list(NOW);

  test("has each provider's model once, its main model first", () => {
    const names = list.map(({ provider, model }) => `${provider} ${model}`);
    expect(new Set(names).size).toBe(names.length);
    const first = (provider: string) => list.find((one) => one.provider === provider)?.model;
    expect(["gemini", "openai", "anthropic", "mistral", "tavily"].map(first)).toEqual([
      "gemini-2.5-flash",
      "gpt-4o-mini",
      "claude-sonnet-4-5",
      "mistral-small-latest",
      "search",
    ]);
  });

  test("has the rows in force, each with an id of its own and a source", () => {
    expect(list.find(({ model }) => model === "o3")?.id).toBe("catalogue:openai:o3:2025-06-10");
    expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
    expect(list.filter(({ source }) => source === "")).toEqual([]);
  });
});

test("finding a price again is cheap enough for every call", () => {
  const wanted = { provider: "anthropic", model: "claude-sonnet-4-5-20250929", at: NOW };
  book.find(wanted);
  const started = performance.now();
  for (let i = 0; i < 20_000; i++) book.find(wanted);
  expect(((performance.now() - started) * 1_000) / 20_000).toBeLessThan(10);
});
