/** Objectives as pure arithmetic: what is reached, and how much of the allowed misses is left. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { eventsWithin, latencyBucket } from "../../src/core/latency-histogram.ts";
import { standingOf } from "../../src/core/objectives/objective.ts";
import { readObjective, writeObjective } from "../../src/core/objectives/read-objective.ts";

test("a boundary is judged exactly, without floating point", () => {
  // 99.9 % of 1,000: one miss is allowed. 0.1 is no binary fraction.
  const one = standingOf({ targetPercent: 99.9 }, { events: 1_000, good: 999 });
  expect(one).toEqual({
    events: 1_000,
    achievedPercent: 99.9,
    budgetLeftPercent: 0,
    status: "at_risk",
  });
  const two = standingOf({ targetPercent: 99.9 }, { events: 1_000, good: 998 });
  expect(two).toMatchObject({ budgetLeftPercent: -100, status: "broken" });
  const none = standingOf({ targetPercent: 99.9 }, { events: 1_000, good: 1_000 });
  expect(none).toMatchObject({ achievedPercent: 100, budgetLeftPercent: 100, status: "met" });
  // A quarter of four allowed misses is left: that is not less than a quarter.
  expect(standingOf({ targetPercent: 96 }, { events: 100, good: 97 }).status).toBe("met");
});

test("broken is exactly when less was reached than was aimed at, and then nothing is left", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 99_999 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      (targetThousandths, events, drawn) => {
        const good = Math.min(drawn, events);
        const targetPercent = targetThousandths / 1_000;
        const { status, budgetLeftPercent } = standingOf({ targetPercent }, { events, good });
        const isBroken = BigInt(good) * 100_000n < BigInt(events) * BigInt(targetThousandths);
        expect(status === "broken").toBe(isBroken);
        expect(isBroken ? (budgetLeftPercent ?? 0) <= 0 : (budgetLeftPercent ?? -1) >= 0).toBe(
          true,
        );
      },
    ),
  );
});

test("of the calls within a threshold, only those about 10 % from it are in doubt", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 2, max: 3_600_000 }), { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 2, max: 3_600_000 }),
      (latencies, thresholdMs) => {
        const counts = latencies.map((ms) => ({ bucket: latencyBucket(ms), events: 1 }));
        const within = eventsWithin(thresholdMs, counts);
        const surely = latencies.filter((ms) => ms * 1.1 <= thresholdMs).length;
        const perhaps = latencies.filter((ms) => ms <= thresholdMs * 1.1).length;
        expect(within).toBeGreaterThanOrEqual(surely);
        expect(within).toBeLessThanOrEqual(perhaps);
      },
    ),
  );
});

test("an objective is written as it was read, the provider by its one name", () => {
  const json = {
    name: "quick",
    provider: "Metaphor",
    kind: "latency",
    threshold_ms: 900,
    target_percent: 99.5,
    window_days: 30,
  };
  const written = writeObjective(readObjective(json, "objective"));
  expect(written).toEqual({ ...json, provider: "exa" });
  expect(readObjective(written, "objective")).toEqual(readObjective(json, "objective"));
});
