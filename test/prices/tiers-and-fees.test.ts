/** Service tiers, regions, fees beside tokens, and what is billed of a quantity: inside the cost, each with its own row. */
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/core/instant.ts";
import { nanoUsd, nanoUsdPerMillion } from "../../src/core/money.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import type { PriceRow } from "../../src/core/pricing/price.ts";
import { statedCostProblem } from "../../src/core/pricing/stated-cost.ts";
import type { Usage } from "../../src/core/usage.ts";
import { defaultPriceBook } from "../../src/prices/default-price-book.ts";

const book = defaultPriceBook();
const NOW = parseInstant("2026-10-01T00:00:00Z", "now");
const charge = (provider: string, model: string, usage: Usage, tier?: string) =>
  chargeFor({
    usage,
    row: book.find({ provider, model, at: NOW, ...(tier === undefined ? {} : { tier }) }),
  });
const nano = (...of: Parameters<typeof charge>) => charge(...of).cost;

describe("a service tier", () => {
  test.each([
    ["openai", "gpt-4o", "batch", 1_250_000_000n],
    ["openai", "o3", "flex", 1_000_000_000n],
    ["openai", "gpt-4o", "priority", 4_250_000_000n],
    ["openai", "gpt-5-mini", "priority", 450_000_000n],
    ["openai", "gpt-4o", "default", 2_500_000_000n],
    ["openai", "gpt-4o", "auto", 2_500_000_000n],
    ["anthropic", "claude-sonnet-4-5", "batch", 3_000_000_000n],
    ["anthropic", "claude-sonnet-4-5", "standard", 6_000_000_000n],
    ["anthropic", "claude-opus-4-7", "us", 5_500_000_000n],
    ["anthropic", "claude-opus-4-7", "batch+us", 2_750_000_000n],
    ["gemini", "gemini-3.8-flash", "priority", 1_350_000_000n],
    ["gemini", "gemini-2.5-flash", "provisioned_throughput", 0n],
    ["mistral", "mistral-small-latest", "batch", 50_000_000n],
  ])("of %s %s: a million tokens at %s", (provider, model, tier, cost) => {
    expect(nano(provider, model, { input: 1_000_000 }, tier)).toBe(cost);
  });

  test("halves all tokens of a batch at Anthropic, and all but cached ones at Gemini", () => {
    const cached = { cache_read: 100_000 };
    expect(nano("anthropic", "claude-opus-4-7", cached, "batch")).toBe(25_000_000n);
    expect(nano("anthropic", "claude-opus-4-7", { cache_write_1h: 1_000 }, "batch")).toBe(
      5_000_000n,
    );
    expect(nano("gemini", "gemini-2.5-pro", cached, "batch")).toBe(
      nano("gemini", "gemini-2.5-pro", cached),
    );
  });

  test("leaves the fees for searches as they are, and halves Mistral's pages", () => {
    expect(nano("openai", "gpt-4o", { web_searches: 2 }, "batch")).toBe(20_000_000n);
    expect(nano("mistral", "mistral-ocr-2503", { pages: 2 }, "batch")).toBe(1_000_000n);
  });

  test("is named in the row that the event points at", () => {
    const [line] = charge("openai", "o3", { input: 1 }, "flex").lines;
    expect(line?.priceId).toBe("catalogue:openai:o3:2025-06-10@flex");
    expect(book.find({ provider: "openai", model: "o3", at: NOW, tier: "flex" })?.source).toContain(
      "flex-processing",
    );
  });

  test("is not there before the provider offered it", () => {
    const early = parseInstant("2025-04-16T00:00:00Z", "early");
    const flex = book.find({ provider: "openai", model: "o3", at: early, tier: "flex" });
    expect(flex?.id).toBe("catalogue:openai:o3:first");
  });

  test("keeps the context tiers: half of the dearer rate for the whole request", () => {
    expect(nano("anthropic", "claude-sonnet-4-5", { input: 200_000 }, "batch")).toBe(300_000_000n);
    expect(nano("anthropic", "claude-sonnet-4-5", { input: 200_001 }, "batch")).toBe(600_003_000n);
  });
});

describe("a fee beside tokens", () => {
  test("is a line of its own that points at the fee's own row", () => {
    const { lines, cost } = charge("openai", "o1", { input: 1_000, web_searches: 3 });
    expect(cost).toBe(45_000_000n);
    expect(lines.map(({ bucket, priceId }) => [bucket, priceId])).toEqual([
      ["input", "catalogue:openai:o1:first"],
      ["web_searches", "own:openai:web-search:2025-01-01"],
    ]);
  });

  test.each([
    ["openai", "gpt-4o", { file_searches: 4 }, 10_000_000n],
    ["openai", "gpt-4o", { code_sessions: 1 }, 30_000_000n],
    ["anthropic", "claude-3-haiku", { web_searches: 1 }, 10_000_000n],
    ["gemini", "gemini-3.5-flash", { web_searches: 3 }, 42_000_000n],
  ] as const)("of %s %s for %j", (provider, model, usage, cost) => {
    expect(nano(provider, model, usage)).toBe(cost);
  });

  test("is one for a grounded prompt before Gemini 3, however many queries it took", () => {
    expect(nano("gemini", "gemini-2.5-flash", { web_searches: 3 })).toBe(35_000_000n);
    expect(nano("gemini", "gemini-2.5-flash", { web_searches: 1 })).toBe(35_000_000n);
  });

  test("changed by the operator is the operator's, for the models whose row does not say", () => {
    const fee: PriceRow = {
      id: "price:1",
      origin: "operator",
      provider: "openai",
      model: "fees",
      from: parseInstant("2026-09-01T00:00:00Z", "from"),
      rates: { web_searches: { base: nanoUsdPerMillion(5_000_000_000_000n), tiers: [] } },
      source: "contract",
    };
    const own = defaultPriceBook([fee]);
    const cost = (model: string) =>
      chargeFor({
        usage: { web_searches: 1 },
        row: own.find({ provider: "openai", model, at: NOW }),
      }).cost;
    expect(cost("o1")).toBe(5_000_000n);
    expect(cost("gpt-4o")).toBe(10_000_000n);
  });
});

describe("what is billed of a quantity", () => {
  test("is at least ten seconds for a transcription at Groq, and nothing for none", () => {
    const hour = nano("groq", "whisper-large-v3", { seconds: 3_600 });
    expect(hour).toBe(111_000_000n);
    expect(nano("groq", "whisper-large-v3", { seconds: 3 })).toBe(hour / 360n);
    expect(nano("groq", "whisper-large-v3", {})).toBe(0n);
  });
});

describe("a usage that no rate of the row is for", () => {
  test("is unpriced, not free; requests as such cost nothing", () => {
    expect(charge("openai", "text-embedding-3-small", { images: 1 }).unpriced).toBe(true);
    expect(charge("openai", "text-embedding-3-small", { requests: 1 }).unpriced).toBe(false);
    expect(charge("openai", "moderation", { input: 100 })).toMatchObject({
      cost: 0n,
      unpriced: false,
    });
  });
});

describe("a cost that the provider states", () => {
  const problem = (stated: bigint, input = 1_000_000) =>
    statedCostProblem(
      chargeFor({
        usage: { input },
        row: book.find({ provider: "openai", model: "gpt-4o", at: NOW }),
        stated: nanoUsd(stated),
      }),
    );

  test("is reported where it differs by more than one in a hundred, either way", () => {
    expect(problem(2_500_000_000n)).toBe(null);
    expect(problem(2_475_000_000n)).toBe(null);
    expect(problem(2_474_999_999n)).toBe(
      "The provider states a cost of $2.474999999; our prices give $2.5.",
    );
    expect(problem(2_525_252_525n)).toBe(null);
    expect(problem(2_525_252_526n)).toContain("$2.525252526");
  });

  test("has nothing to differ from where no price of ours is known", () => {
    expect(
      statedCostProblem(chargeFor({ usage: { input: 1 }, row: null, stated: nanoUsd(5n) })),
    ).toBe(null);
  });
});
