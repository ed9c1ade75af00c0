/** The charge of a batch: each answer by its own size, the sum rounded once. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { instant } from "../../src/core/instant.ts";
import { nanoUsd, nanoUsdPerMillion } from "../../src/core/money.ts";
import { chargeFor } from "../../src/core/pricing/charge-for.ts";
import { chargeTogether } from "../../src/core/pricing/charge-together.ts";
import type { PriceRow } from "../../src/core/pricing/price.ts";
import type { Usage } from "../../src/core/usage.ts";

const row: PriceRow = {
  id: "own:test",
  origin: "own",
  provider: "openai",
  model: "m",
  from: instant(0),
  rates: {
    input: {
      base: nanoUsdPerMillion(75_000_001n),
      tiers: [{ above: 200_000, rate: nanoUsdPerMillion(150_000_003n) }],
    },
    output: { base: nanoUsdPerMillion(300_000_007n), tiers: [] },
  },
  source: "test",
};
const usages = fc.array(fc.record({ input: fc.nat(300_000), output: fc.nat(5_000) }), {
  minLength: 1,
  maxLength: 30,
});

test("is the exact sum of its answers, rounded once, and its lines add up to it", () => {
  fc.assert(
    fc.property(usages, (list) => {
      const together = chargeTogether(list.map((usage: Usage) => chargeFor({ usage, row })));
      const exact = list.reduce((sum, { input, output }) => {
        const rate = input > 200_000 ? 150_000_003n : 75_000_001n;
        return sum + BigInt(input) * rate + BigInt(output) * 300_000_007n;
      }, 0n);
      const off = together.cost * 1_000_000n - exact;
      expect(off <= 500_000n && off >= -500_000n).toBe(true);
      expect(together.lines.reduce((sum, { cost }) => sum + cost, 0n)).toBe(together.cost);
      // Small answers stay at the small rate, however many they are.
      expect(together.lines.length).toBeLessThanOrEqual(3);
    }),
  );
});

test("of nothing is nothing, and a stated cost stays stated", () => {
  expect(chargeTogether([])).toMatchObject({ cost: 0n, lines: [], unpriced: false });
  const stated = chargeFor({ usage: { input: 10 }, row, stated: nanoUsd(7_000n) });
  const plain = chargeFor({ usage: { input: 10 }, row });
  const together = chargeTogether([stated, plain]);
  expect(together.cost).toBe(stated.cost + plain.cost);
  expect(together.stated).toBe(together.cost);
  expect(together.computed).toBeLessThan(together.cost);
  expect(chargeTogether([plain, chargeFor({ usage: { input: 1 }, row: null })]).unpriced).toBe(
    true,
  );
});
