/** A histogram of latencies: its percentiles are right within 10 %, and parts of it can be added up. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  eventsWithin,
  type LatencyCount,
  latencyAt,
  latencyBucket,
  latencyOfBucket,
} from "../../src/core/latency-histogram.ts";

const DAY_MS = 86_400_000;
const latencies = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 1, max: 60_000 }),
    fc.integer({ min: 1, max: DAY_MS }),
  ),
  { minLength: 1, maxLength: 300 },
);

const countsOf = (all: readonly number[]): LatencyCount[] =>
  all.map((ms) => ({ bucket: latencyBucket(ms), events: 1 }));

/** The least latency that this share of them does not exceed. */
const exactAt = (share: number, all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(share * all.length)) - 1] ?? Number.NaN;

test("any percentile of any set is within 10 % of the exact one, before it is rounded to a millisecond", () => {
  fc.assert(
    fc.property(latencies, fc.constantFrom(0, 0.5, 0.95, 0.99, 1), (all, share) => {
      const exact = exactAt(share, all);
      const shown = latencyAt(share, countsOf(all)) ?? Number.NaN;
      expect(Math.abs(shown - exact)).toBeLessThanOrEqual(exact * 0.0906 + 0.5);
    }),
    { numRuns: 500 },
  );
});

test("parts give the same as the whole, in any order", () => {
  fc.assert(
    fc.property(latencies, latencies, (one, other) => {
      const whole = latencyAt(0.95, countsOf([...one, ...other]));
      expect(latencyAt(0.95, [...countsOf(other), ...countsOf(one)])).toBe(whole);
      const within = eventsWithin(1_000, countsOf(one)) + eventsWithin(1_000, countsOf(other));
      expect(eventsWithin(1_000, countsOf([...one, ...other]))).toBe(within);
    }),
  );
});

test("a step's middle is in the step, and longer is never in a lower one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: DAY_MS }),
      fc.integer({ min: 1, max: DAY_MS }),
      (a, b) => {
        expect(latencyBucket(Math.max(a, b))).toBeGreaterThanOrEqual(latencyBucket(Math.min(a, b)));
        const bucket = latencyBucket(a);
        expect(latencyOfBucket(bucket)).toBeGreaterThan(2 ** ((bucket - 1) / 4));
        expect(latencyOfBucket(bucket)).toBeLessThanOrEqual(2 ** (bucket / 4));
      },
    ),
  );
});

test("of how many took at most a time, those are right that are not in its own step", () => {
  fc.assert(
    fc.property(latencies, fc.integer({ min: 2, max: DAY_MS }), (all, ms) => {
      const within = eventsWithin(ms, countsOf(all));
      const own = latencyBucket(ms);
      const below = all.filter((one) => latencyBucket(one) < own).length;
      const upTo = all.filter((one) => latencyBucket(one) <= own).length;
      expect(within === below || within === upTo).toBe(true);
    }),
  );
});

test("no events have no percentile, and what takes longer than a day counts as a day", () => {
  expect(latencyAt(0.5, [])).toBeNull();
  expect(latencyBucket(10 * DAY_MS)).toBe(latencyBucket(DAY_MS));
  expect(latencyBucket(0)).toBe(0);
});
