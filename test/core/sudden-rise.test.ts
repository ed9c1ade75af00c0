/** A sudden rise is one against the customer's own normal: nobody is told of what is usual with them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  RISE_TIMES_LEAST,
  type RisingMeter,
  suddenRise,
} from "../../src/core/alerts/sudden-rise.ts";

const DOLLAR = 1_000_000_000n;
const days = (...amounts: number[]): bigint[] => amounts.map((amount) => BigInt(amount) * DOLLAR);
const FIVE = days(2, 2, 2, 2, 2);

describe("by examples, in dollars", () => {
  test.each<{ why: string; amount: number; before: bigint[]; told: boolean }>([
    { why: "three times the usual", amount: 6, before: FIVE, told: true },
    { why: "less than three times", amount: 5.9, before: FIVE, told: false },
    { why: "four days of use are no normal", amount: 60, before: days(2, 2, 2, 2), told: false },
    { why: "nor are days without use", amount: 60, before: days(2, 2, 0, 0, 0, 0), told: false },
    { why: "idle days are left out", amount: 5, before: days(0, 0, 0, 2, 2, 2, 2, 2), told: false },
    { why: "days far apart need more", amount: 30, before: days(1, 4, 10, 18, 25), told: false },
    { why: "one wild day is no normal", amount: 6, before: days(2, 2, 90, 2, 2), told: true },
    { why: "nothing was usual", amount: 60, before: [], told: false },
  ])("$why", ({ amount, before, told }) => {
    const nano = BigInt(Math.round(amount * 1e9));
    expect(suddenRise({ meter: "cost", amount: nano, days: before }) !== null).toBe(told);
  });

  test("cents are no matter, and neither are some calls, however many times they are the usual", () => {
    const cents = FIVE.map((day) => day / 100n);
    const cost = (above: bigint) =>
      suddenRise({ meter: "cost", amount: DOLLAR / 50n + above, days: cents });
    expect([cost(DOLLAR - 1n), cost(DOLLAR)?.times]).toEqual([null, 51]);
    const calls = (above: bigint) =>
      suddenRise({ meter: "calls", amount: 7n + above, days: [7n, 7n, 7n, 7n, 7n] });
    expect([calls(99n), calls(100n)?.times]).toEqual([null, 15.2]);
  });

  test("the arithmetic is handed on: $8.70 is 4.3 times the median of $2.00, of six days of use", () => {
    const before = [...days(1, 2, 2, 0), (DOLLAR * 21n) / 10n, ...days(2, 3)];
    const rise = suddenRise({ meter: "cost", amount: (DOLLAR * 87n) / 10n, days: before });
    expect(rise).toEqual({ usual: 2n * DOLLAR, days: 6, times: 4.3 });
  });
});

const amount = fc.bigInt(0n, 10n ** 13n);
const before = fc.array(amount, { maxLength: 14 });
const meter = fc.constantFrom<RisingMeter>("cost", "calls");

test("what is told stands up to its own arithmetic, in any order of days", () => {
  fc.assert(
    fc.property(meter, amount, before, (of, now, some) => {
      const rise = suddenRise({ meter: of, amount: now, days: some });
      expect(suddenRise({ meter: of, amount: now, days: [...some].reverse() })).toEqual(rise);
      if (rise === null) return;
      expect(rise.times).toBeGreaterThanOrEqual(RISE_TIMES_LEAST);
      expect(now).toBeGreaterThanOrEqual(3n * rise.usual);
      const used = some.filter((day) => day > 0n);
      expect(rise.days).toBe(used.length);
      expect(used.filter((day) => day <= rise.usual).length * 2).toBeGreaterThanOrEqual(rise.days);
    }),
  );
});

test("more is never less of a rise, and no more than the usual days have had is none", () => {
  fc.assert(
    fc.property(meter, amount, fc.bigInt(0n, 10n ** 12n), before, (of, now, more, some) => {
      const rise = suddenRise({ meter: of, amount: now, days: some });
      if (rise !== null) {
        expect(suddenRise({ meter: of, amount: now + more, days: some })).not.toBeNull();
      }
      const steady = some.map(() => now);
      expect(suddenRise({ meter: of, amount: now, days: steady })).toBeNull();
    }),
  );
});
