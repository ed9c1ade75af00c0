/** Failing calls are told where there are enough of them, far more than usual, and of a provider not by one customer alone. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { highErrorRate, providerOutage } from "../../src/core/alerts/error-rate.ts";

const NONE = { calls: 0, failed: 0 };

test.each<[why: string, failed: number, calls: number, usual: [number, number], told: string]>([
  ["a quarter of twenty", 5, 20, [0, 0], "25 of 25"],
  ["fewer than twenty calls", 19, 19, [0, 0], "nothing"],
  ["less than a quarter", 6, 25, [0, 1_000], "nothing"],
  ["not even rounded up", 2_499, 10_000, [0, 0], "nothing"],
  ["twice what is usual", 40, 100, [200, 1_000], "40 of 40"],
  ["less than twice what is usual", 39, 100, [200, 1_000], "nothing"],
  ["of some calls before, no usual rate", 30, 100, [19, 19], "30 of 25"],
  ["whose calls mostly fail is told no more", 100, 100, [600, 1_000], "nothing"],
  ["a rate with a decimal", 1, 3, [0, 0], "nothing"],
  ["a rate with a decimal, of enough", 10, 30, [0, 0], "33.3 of 25"],
])("of a customer: %s", (_why, failed, calls, [usualFailed, usualCalls], told) => {
  const high = highErrorRate({ calls, failed }, { calls: usualCalls, failed: usualFailed });
  expect(high === null ? "nothing" : `${high.rate} of ${high.rateLeast}`).toBe(told);
});

test.each<[why: string, failed: number, calls: number, failing: number, of: number, told: boolean]>(
  [
    ["half of twenty, of two customers", 10, 20, 2, 2, true],
    ["less than half", 9, 20, 2, 2, false],
    ["fewer than twenty calls", 19, 19, 2, 2, false],
    ["one customer's own mistakes", 90, 100, 1, 2, false],
    ["the only customer there is", 90, 100, 1, 1, true],
    ["two of fifty, who make most of the calls", 60, 100, 2, 50, true],
  ],
)("of a provider: %s", (_why, failed, calls, customersFailing, customers, told) => {
  expect(providerOutage({ calls, failed, customersFailing, customers }) !== null).toBe(told);
});

test("more failures are never less of a matter, and without any there is none", () => {
  const counts = fc.integer({ min: 0, max: 5_000 });
  fc.assert(
    fc.property(counts, counts, counts, counts, (calls, some, usualCalls, usualSome) => {
      const usual = { calls: usualCalls, failed: Math.min(usualSome, usualCalls) };
      const failed = Math.min(some, calls);
      const high = highErrorRate({ calls, failed }, usual);
      expect(highErrorRate({ calls, failed: 0 }, usual)).toBeNull();
      if (high === null) return;
      expect(high.rateLeast).toBeGreaterThanOrEqual(25);
      expect(high.rate).toBeGreaterThanOrEqual(high.rateLeast);
      expect(highErrorRate({ calls, failed: Math.min(failed + 1, calls) }, usual)).not.toBeNull();
      expect(highErrorRate({ calls, failed }, NONE)).not.toBeNull();
    }),
  );
});
