/** A cap that will be reached at this rate is told with its instant, by the same projection that the dashboard shows. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, formatInstant, type Instant, instant } from "../../src/core/instant.ts";
import { type DayAmount, project } from "../../src/core/projections/project.ts";
import { reachCap } from "../../src/core/projections/reach-cap.ts";

const START = Date.UTC(2026, 3, 1);
const at = (days: number): Instant => instant(Math.round(START + days * DAY_MS));
const MONTH = { start: at(0), end: at(30) };
const each = (from: number, to: number, amount: bigint): DayAmount[] =>
  Array.from({ length: to - from }, (_, index) => ({ day: at(from + index), amount }));

const reached = (of: { cap: bigint; used: bigint; day: number; days: DayAmount[] }) => {
  const found = reachCap({ ...of, window: MONTH, now: at(of.day) });
  return found === null ? null : formatInstant(found.at).slice(0, 16);
};

test("new this period, 100 a day: 2,000 are reached when the 20th day is over", () => {
  const ten = { used: 1_000n, day: 10, days: each(0, 10, 100n) };
  expect(reached({ ...ten, cap: 2_000n })).toBe("2026-04-21T00:00");
  // 3,000 would be reached with the period's end, and what is reached is not ahead.
  expect(reached({ ...ten, cap: 2_999n })).toBe("2026-04-30T23:45");
  expect(reached({ ...ten, cap: 3_000n })).toBeNull();
  expect(reached({ ...ten, cap: 1_000n })).toBeNull();
});

test("with a history its days count too: who has doubled for ten days is three quarters of the way to that rate", () => {
  // Ten days are two half-lives: 50 a day weighs a quarter, 100 a day three quarters, so 87.5 a day for what is left.
  const doubled = { used: 1_000n, day: 10, days: [...each(-46, 0, 50n), ...each(0, 10, 100n)] };
  expect(reached({ ...doubled, cap: 2_700n })?.slice(0, 10)).toBe("2026-04-30");
  expect(reached({ ...doubled, cap: 2_750n })).toBeNull();
  const asNew = { ...doubled, days: each(0, 10, 100n) };
  expect(reached({ ...asNew, cap: 2_750n })).toBe("2026-04-28T12:00");
});

test("there is nothing to tell in a window's first tenth, or of fewer than three days of use", () => {
  const busy = { cap: 1_000n, days: each(0, 3, 200n) };
  expect(reached({ ...busy, used: 600n, day: 2.99 })).toBeNull();
  expect(reached({ ...busy, used: 600n, day: 3 })).not.toBeNull();
  const once = { cap: 1_000n, used: 600n, day: 5 };
  expect(reached({ ...once, days: each(2, 3, 600n) })).toBeNull();
  expect(reached({ ...once, days: each(3, 5, 300n) })).toBeNull();
  expect(reached({ ...once, days: each(2, 5, 200n) })).not.toBeNull();
});

test("a day's cap: by the habit of the days before, not by the busy hours of the morning", () => {
  const window = { start: at(20), end: at(21) };
  const question = { cap: 1_000n, window, now: at(20.5) };
  const steady = each(0, 20, 900n);
  expect(reachCap({ ...question, used: 450n, days: steady })).toBeNull();
  expect(reachCap({ ...question, used: 700n, days: steady })?.at).toBe(at(20 + 5 / 6));
  expect(reachCap({ ...question, used: 800n, days: [] })).toBeNull();
});

test("it never contradicts the projection, and lies between now and the window's end", () => {
  let ahead = 0;
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(-100n, 10n ** 9n), { minLength: 3, maxLength: 60 }),
      fc.integer({ min: 1, max: 720 }),
      fc.bigInt(1n, 10n ** 10n),
      fc.bigInt(0n, 10n ** 10n),
      (amounts, hours, more, used) => {
        const cap = used + more;
        const now = at(hours / 24);
        const today = Math.floor(hours / 24);
        const days = amounts.map((amount, age) => ({ day: at(today - age), amount }));
        const found = reachCap({ cap, used, window: MONTH, now, days });
        if (found === null) return;
        const before = days.filter(({ day }) => day < at(today));
        const { projected } = project({ period: MONTH, now, used, days: before });
        expect(found.projected).toBe(projected);
        expect(projected).toBeGreaterThan(cap);
        expect(found.at).toBeGreaterThan(now);
        expect(found.at).toBeLessThan(MONTH.end);
        // A higher cap is not reached sooner.
        const higher = reachCap({ cap: cap + 1n, used, window: MONTH, now, days });
        if (higher !== null) expect(higher.at).toBeGreaterThanOrEqual(found.at);
        ahead += 1;
      },
    ),
    { numRuns: 1_000 },
  );
  expect(ahead).toBeGreaterThan(200);
});
