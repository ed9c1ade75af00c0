/** A charge is exact, its lines add up, and what was held is never less than what is charged. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant } from "../../src/core/instant.ts";
import { divideUp, nanoUsd, nanoUsdPerMillion } from "../../src/core/money.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import { dearestRates } from "../../src/core/pricing/dearest-rates.ts";
import type { PriceRow, TieredRate } from "../../src/core/pricing/price.ts";
import { BUCKETS, type Bucket, tokenSide, type Usage, usageOf } from "../../src/core/usage.ts";

const perMillion = (dollars: number): TieredRate => ({
  base: nanoUsdPerMillion(BigInt(Math.round(dollars * 1e9))),
  tiers: [],
});

function row(rates: PriceRow["rates"], provider = "openai"): PriceRow {
  return {
    id: "row",
    origin: "own",
    provider,
    model: "m",
    from: instant(0),
    rates,
    source: "test",
  };
}

const cost = (usage: Usage, rates: PriceRow["rates"]) => chargeFor({ usage, row: row(rates) }).cost;

describe("a charge", () => {
  test("is tokens times rate, bucket by bucket", () => {
    const charge = chargeFor({
      usage: { input: 1_000, cache_read: 2_000, output: 300, reasoning: 200 },
      row: row({ input: perMillion(2.5), cache_read: perMillion(1.25), output: perMillion(10) }),
    });
    expect(
      charge.lines.map(({ bucket, quantity, cost: line }) => [bucket, quantity, line]),
    ).toEqual([
      ["input", 1_000, 2_500_000n],
      ["cache_read", 2_000, 2_500_000n],
      ["output", 300, 3_000_000n],
      ["reasoning", 200, 2_000_000n],
    ]);
    expect(charge).toMatchObject({ cost: 10_000_000n, computed: 10_000_000n, unpriced: false });
  });

  test("takes one rate for the whole request by its input, cached tokens included", () => {
    const tiered = (base: number, above: number): TieredRate => ({
      ...perMillion(base),
      tiers: [{ above, rate: perMillion(base * 2).base }],
    });
    const rates = { input: tiered(1, 200_000), output: tiered(4, 200_000) };
    expect(cost({ input: 200_000, output: 10 }, rates)).toBe(200_040_000n);
    expect(cost({ input: 200_001, output: 10 }, rates)).toBe(400_082_000n);
    expect(cost({ input: 1, cache_read: 200_000 }, rates)).toBe(400_002_000n);
    expect(cost({ input: 1, output: 200_001 }, rates)).toBe(800_005_000n);
  });

  test("never takes a token for free that has no rate of its own", () => {
    const rates = { input: perMillion(1), output: perMillion(2) };
    for (const bucket of BUCKETS) {
      const side = tokenSide(bucket);
      const each = { input: 1_000n, output: 2_000n, none: 0n }[side];
      expect([bucket, cost({ [bucket]: 1 }, rates)]).toEqual([bucket, each]);
    }
    const cached = { ...rates, cache_write_5m: perMillion(1.25), cache_read: perMillion(0.1) };
    expect(cost({ cache_write_1h: 1_000 }, cached)).toBe(1_250_000n);
    expect(cost({ cache_read_audio: 1_000 }, cached)).toBe(100_000n);
    expect(cost({ cache_read_audio: 1_000 }, { ...cached, input_audio: perMillion(3) })).toBe(
      3_000_000n,
    );
  });

  test("is rounded once: three halves of a nano-dollar are not three roundings", () => {
    const rates = {
      input: perMillion(0.0005),
      cache_read: perMillion(0.0005),
      output: perMillion(0.0005),
    };
    const charge = chargeFor({ usage: { input: 1, cache_read: 1, output: 1 }, row: row(rates) });
    expect(charge.cost).toBe(2n);
    expect(charge.lines.map((line) => line.cost)).toEqual([1n, 1n, 0n]);
  });

  test("owes a request's fee once, also where nobody counted requests, and none for nothing", () => {
    const rates = { input: perMillion(1), requests: perMillion(5_000) };
    expect(cost({ input: 1_000 }, rates)).toBe(6_000_000n);
    expect(cost({ input: 1_000, requests: 2 }, rates)).toBe(11_000_000n);
    expect(cost({}, rates)).toBe(0n);
  });

  test("takes a request for one credit where credits are the price and were not counted", () => {
    const rates = { credits: perMillion(1_000) };
    expect(cost({ requests: 1 }, rates)).toBe(1_000_000n);
    expect(cost({ requests: 1, credits: 2 }, rates)).toBe(2_000_000n);
  });

  test("that the provider stated outranks ours; ours stays in the lines, which still add up", () => {
    const rates = { input: perMillion(1) };
    const charge = chargeFor({
      usage: { input: 1_000 },
      row: row(rates),
      stated: nanoUsd(900_000n),
    });
    expect(charge).toMatchObject({ cost: 900_000n, computed: 1_000_000n, stated: 900_000n });
    expect(charge.lines.map((line) => [line.bucket, line.cost])).toEqual([
      ["input", 1_000_000n],
      ["stated", -100_000n],
    ]);
    const same = chargeFor({
      usage: { input: 1_000 },
      row: row(rates),
      stated: nanoUsd(1_000_000n),
    });
    expect(same.lines).toHaveLength(1);
  });

  test("of an unknown price says so, unless the provider stated one", () => {
    expect(chargeFor({ usage: { input: 5 }, row: null })).toEqual({
      cost: 0n,
      lines: [],
      computed: 0n,
      unpriced: true,
    });
    const stated = chargeFor({ usage: { input: 5 }, row: null, stated: nanoUsd(7n) });
    expect(stated).toMatchObject({ cost: 7n, computed: 0n, unpriced: false });
    expect(stated.lines.map((line) => [line.bucket, line.quantity, line.cost])).toEqual([
      ["stated", 1, 7n],
    ]);
  });
});

const anyRate: fc.Arbitrary<TieredRate> = fc
  .record({
    base: fc.bigInt(0n, 200_000_000_000n),
    tiers: fc.array(
      fc.record({
        above: fc.integer({ min: 0, max: 2_000 }),
        rate: fc.bigInt(0n, 200_000_000_000n).map(nanoUsdPerMillion),
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ base, tiers }) => ({
    base: nanoUsdPerMillion(base),
    tiers: tiers.sort((a, b) => a.above - b.above),
  }));
const anyRow = fc
  .record({
    provider: fc.constantFrom("openai", "anthropic"),
    rates: fc.dictionary(fc.constantFrom(...BUCKETS), anyRate),
  })
  .map(({ provider, rates }) => row(rates, provider));
const anyUsage = fc
  .dictionary(fc.constantFrom<Bucket>(...BUCKETS), fc.integer({ min: 0, max: 1_500 }))
  .map((quantities) => usageOf(quantities));

/** Rounds 10⁻¹⁵ dollars to nano-dollars, half to even, by its decimal digits. */
function roundedByDigits(exact: bigint): bigint {
  const digits = exact.toString().padStart(7, "0");
  const [whole, rest] = [BigInt(digits.slice(0, -6)), digits.slice(-6)];
  if (rest > "500000" || (rest === "500000" && whole % 2n === 1n)) return whole + 1n;
  return whole;
}

describe("for any usage under any price", () => {
  test("the total is the exact sum rounded once, and the lines add up to it, none off by more than one", () => {
    fc.assert(
      fc.property(anyRow, anyUsage, (price, usage) => {
        const charge = chargeFor({ usage, row: price });
        const exact = charge.lines.map((line) => BigInt(line.quantity) * line.rate);
        const sum = exact.reduce((total, part) => total + part, 0n);
        expect(charge.cost).toBe(roundedByDigits(sum));
        expect(charge.lines.reduce((total, line) => total + line.cost, 0n)).toBe(charge.cost);
        for (const [i, line] of charge.lines.entries()) {
          const off = line.cost * 1_000_000n - (exact[i] ?? 0n);
          expect(off < 1_000_000n && off > -1_000_000n).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("each bucket is charged at the rate its row gives for the request's size", () => {
    fc.assert(
      fc.property(anyRow, anyUsage, (price, usage) => {
        const input = BUCKETS.filter((bucket) => tokenSide(bucket) === "input");
        const size = input.reduce((sum, bucket) => sum + (usage[bucket] ?? 0), 0);
        for (const line of chargeFor({ usage, row: price }).lines) {
          const rate = line.bucket === "stated" ? undefined : price.rates[line.bucket];
          if (rate === undefined) continue;
          const reached = rate.tiers.filter((tier) => size > tier.above);
          expect(line.rate).toBe(reached.at(-1)?.rate ?? rate.base);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("no usage within a request's facts costs more than its dearest rates say", () => {
    const facts = fc.record({
      cacheWrite: fc.constantFrom("none", "5m", "1h"),
      modalities: fc.subarray(["audio", "image", "video"] as const),
    });
    fc.assert(
      fc.property(anyRow, anyUsage, facts, (price, any, { cacheWrite, modalities }) => {
        const usage = withinFacts(any, { cacheWrite, modalities, provider: price.provider });
        const inputTokens = sideOf(usage, "input");
        const rates = dearestRates(price, {
          inputTokensBound: inputTokens + 10,
          cacheWrite,
          modalities,
        });
        const held =
          divideUp(BigInt(inputTokens) * rates.input, 1_000_000n) +
          divideUp(BigInt(sideOf(usage, "output")) * rates.output, 1_000_000n) +
          rates.perRequest;
        expect(held >= chargeFor({ usage, row: price }).cost).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

function sideOf(usage: Usage, side: "input" | "output"): number {
  return BUCKETS.reduce(
    (sum, bucket) => (tokenSide(bucket) === side ? sum + (usage[bucket] ?? 0) : sum),
    0,
  );
}

/** Takes out of a usage what a request with these facts cannot use. */
function withinFacts(
  usage: Usage,
  facts: { cacheWrite: string; modalities: readonly string[]; provider: string },
): Usage {
  const asked = facts.cacheWrite !== "none";
  const allowed: Partial<Record<Bucket, boolean>> = {
    cache_write_5m: asked || facts.provider !== "anthropic",
    cache_write_1h: facts.cacheWrite === "1h",
    input_audio: facts.modalities.includes("audio"),
    cache_read_audio: facts.modalities.includes("audio"),
    input_image: facts.modalities.includes("image"),
    cache_read_image: facts.modalities.includes("image"),
    input_video: facts.modalities.includes("video"),
  };
  const kept = BUCKETS.filter((one) => tokenSide(one) !== "none" && allowed[one] !== false);
  return usageOf(Object.fromEntries(kept.map((bucket) => [bucket, usage[bucket] ?? 0])));
}
