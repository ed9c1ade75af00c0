/** What a projection promises, whatever the history. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, type Instant, instant } from "../../src/core/instant.ts";
import { type DayAmount, project } from "../../src/core/projections/project.ts";

const START = Date.UTC(2026, 3, 1);
const at = (days: number): Instant => instant(Math.round(START + days * DAY_MS));
const PERIOD = { start: at(0), end: at(30) };

const history = (amounts: readonly bigint[], from: number): DayAmount[] =>
  amounts.map((amount, index) => ({ day: at(from + index), amount }));

describe("without a history", () => {
  test("it is the straight line: $15.75 after 10 of 30 days comes to $47.25", () => {
    const { projected, method } = project({
      period: PERIOD,
      now: at(10),
      used: 15_750_000_000n,
      days: [],
    });
    expect([projected, method]).toEqual([47_250_000_000n, "straight_line"]);
  });

  test("a period that has only begun counts as a day old", () => {
    expect(project({ period: PERIOD, now: instant(START + 1), used: 7n, days: [] }).projected).toBe(
      210n,
    );
  });
});

test("steady days give exactly the straight line, with history as without, and no range", () => {
  fc.assert(
    fc.property(
      fc.bigInt(0n, 10n ** 15n),
      fc.integer({ min: 14, max: 90 }),
      fc.integer({ min: 1, max: 29 }),
      (amount, before, day) => {
        const days = history(
          Array.from({ length: before + day }, () => amount),
          -before,
        );
        const facts = { period: PERIOD, now: at(day), used: amount * BigInt(day), days };
        const { projected, low, high, method } = project(facts);
        expect(method).toBe("weighted_days");
        expect(projected).toBe(amount * 30n);
        expect([low, high]).toEqual([projected, projected]);
      },
    ),
  );
});

test("it is never below what is used, and always within its own range", () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(-(10n ** 12n), 10n ** 12n), { maxLength: 80 }),
      fc.double({ min: 0, max: 31, noNaN: true }),
      fc.bigInt(0n, 10n ** 14n),
      (amounts, day, used) => {
        const now = at(day);
        const days = history(amounts, -60).filter((each) => each.day + DAY_MS <= now);
        const { projected, low, high } = project({ period: PERIOD, now, used, days });
        expect(projected >= used).toBe(true);
        expect(low >= used && low <= projected && projected <= high).toBe(true);
      },
    ),
  );
});

test("with a history recent days weigh more: of two with the same use, the later one is projected higher", () => {
  const rising = history([...Array(30).fill(10n), ...Array(10).fill(40n)] as bigint[], -30);
  const falling = history([...Array(10).fill(40n), ...Array(30).fill(10n)] as bigint[], -30);
  const facts = { period: PERIOD, now: at(10), used: 400n };
  const [up, down] = [project({ ...facts, days: rising }), project({ ...facts, days: falling })];
  expect(up.projected).toBeGreaterThan(down.projected);
  expect(up.high - up.projected).toBeGreaterThan(0n);
});

test("of a period that is over it is what it came to", () => {
  const facts = { period: PERIOD, now: at(30), used: 5n, days: history([1n, 2n, 2n], 3) };
  expect(project(facts)).toEqual({ projected: 5n, low: 5n, high: 5n, method: "past" });
});
