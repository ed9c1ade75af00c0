/** The operator is told of a customer who costs more than they bring, and not of plans that are meant to cost. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isBelowCost } from "../../src/core/alerts/negative-margin.ts";

test.each([
  ["a nano-dollar above the price", 29_000_000_001n, 29_000_000_000n, true],
  ["exactly the price", 29_000_000_000n, 29_000_000_000n, false],
  ["a free plan, whatever it costs", 29_000_000_000n, 0n, false],
  ["nothing used", 0n, 29_000_000_000n, false],
] as const)("%s", (_why, cost, amount, told) => {
  expect(isBelowCost({ cost, amount })).toBe(told);
});

test("it is told exactly where a plan that brings something leaves less than nothing", () => {
  const nano = fc.bigInt(0n, 10n ** 12n);
  fc.assert(
    fc.property(nano, nano, (cost, amount) => {
      expect(isBelowCost({ cost, amount })).toBe(amount !== 0n && amount - cost < 0n);
    }),
  );
});
