/** Pauses between attempts grow, spread, heed the receiver, and come to an end. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ATTEMPTS_MOST, pauseAfter } from "../../src/core/alerts/back-off.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/core/instant.ts";

const attempts = fc.integer({ min: 1, max: ATTEMPTS_MOST - 1 });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Without jitter. */
function usual(after: number): number {
  return pauseAfter(after, { chance: 0.5 }) ?? Number.NaN;
}

test("5 s, 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, 4 h, 8 h, then 12 h: 14 attempts in about three days", () => {
  const pauses = Array.from({ length: ATTEMPTS_MOST - 1 }, (_, at) => usual(at + 1));
  const minutes = [2, 10, 30].map((n) => n * MINUTE_MS);
  const hours = [1, 2, 4, 8, 12, 12, 12, 12].map((n) => n * HOUR_MS);
  expect(pauses).toEqual([5_000, 30_000, ...minutes, ...hours]);
  expect(pauses.reduce((sum, pause) => sum + pause, 0) / DAY_MS).toBeCloseTo(2.65, 1);
  expect(pauseAfter(ATTEMPTS_MOST, { chance: 0.5 })).toBeNull();
});

test("jitter stays within a fifth of the usual pause, and reaches both ends", () => {
  fc.assert(
    fc.property(attempts, chance, (after, drawn) => {
      const pause = pauseAfter(after, { chance: drawn }) ?? Number.NaN;
      expect(pause).toBeGreaterThanOrEqual(Math.floor(usual(after) * 0.8));
      expect(pause).toBeLessThanOrEqual(Math.ceil(usual(after) * 1.2));
    }),
  );
  expect(pauseAfter(1, { chance: 0 })).toBe(4_000);
  expect(pauseAfter(1, { chance: 0.999_999 })).toBe(6_000);
});

test("a receiver's longer pause is kept to, up to a day, whatever the jitter; a shorter one changes nothing", () => {
  fc.assert(
    fc.property(attempts, chance, fc.nat({ max: 3 * DAY_MS }), (after, drawn, retryAfterMs) => {
      const pause = pauseAfter(after, { chance: drawn, retryAfterMs }) ?? Number.NaN;
      const without = pauseAfter(after, { chance: drawn }) ?? Number.NaN;
      expect(pause).toBe(Math.max(without, Math.min(retryAfterMs, DAY_MS)));
    }),
  );
});
