/** A lifted limit has its other cap until its instant, and no limit is made by lifting it. */
import { expect, test } from "vitest";
import { instant } from "../../src/core/instant.ts";
import { type LimitLift, liftedLimits, readLift } from "../../src/core/limits/lifted.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { limitKey, writeLimit } from "../../src/core/limits/read-limit.ts";
import { limit } from "../ledger/support.ts";

const UNTIL = instant(1_000);
const ofAll = limit({ cap: 10n });
const ofGemini = limit({ cap: 5n, provider: "gemini", atCap: "allow", alertAt: [50] });
const aDay = limit({ cap: 3n, per: "day" });
const LIMITS = [ofAll, ofGemini, aDay];

function liftTo(of: Limit, cap: bigint, until = UNTIL): LimitLift {
  return { limitKey: limitKey(of), cap: { kind: "atMost", amount: cap }, until };
}

function capsAt(ms: number, lifts: readonly LimitLift[]): unknown[] {
  return liftedLimits(LIMITS, lifts, instant(ms)).map(({ cap }) =>
    cap.kind === "atMost" ? cap.amount : cap.kind,
  );
}

test("it holds until its instant, that instant excluded, and only of the same combination and window", () => {
  const lifts = [liftTo(ofGemini, 50n)];
  expect(capsAt(999, lifts)).toEqual([10n, 50n, 3n]);
  expect(capsAt(1_000, lifts)).toEqual([10n, 5n, 3n]);
});

test("but for the cap the limit stays as it is", () => {
  const [, lifted] = liftedLimits(LIMITS, [liftTo(ofGemini, 50n)], instant(0));
  expect(lifted).toEqual({ ...ofGemini, cap: { kind: "atMost", amount: 50n } });
});

test("of two of one limit the first, which is the newer, counts while it holds", () => {
  const lifts = [liftTo(ofAll, 20n, instant(500)), liftTo(ofAll, 30n)];
  expect(capsAt(499, lifts)[0]).toBe(20n);
  expect(capsAt(500, lifts)[0]).toBe(30n);
});

test("it only ever gives more: a plan that gives as much by itself is as it is", () => {
  expect(capsAt(0, [liftTo(ofAll, 9n)])).toEqual([10n, 5n, 3n]);
  expect(liftedLimits(LIMITS, [liftTo(ofAll, 10n)], instant(0))).toBe(LIMITS);
  const free = [{ ...ofAll, cap: { kind: "unlimited" } as const }];
  expect(liftedLimits(free, [liftTo(ofAll, 99n)], instant(0))).toBe(free);
});

test("what the plan does not limit is not limited by a lift, and a list without lifts is the very same", () => {
  const lifts = [liftTo(limit({ cap: 1n, meter: "images" }), 1n)];
  expect(liftedLimits(LIMITS, lifts, instant(0))).toBe(LIMITS);
  expect(liftedLimits(LIMITS, [], instant(0))).toBe(LIMITS);
});

test("it is read as it was written, money and unlimited too", () => {
  const cost = limit({ cap: 1_500_000_001n, meter: "cost", provider: "openai" });
  expect(readLift(JSON.stringify(writeLimit(cost)), UNTIL)).toEqual(liftTo(cost, 1_500_000_001n));
  const without = { ...cost, cap: { kind: "unlimited" } } as const;
  const read = readLift(JSON.stringify(writeLimit(without)), UNTIL);
  expect(read).toEqual({ ...liftTo(cost, 0n), cap: { kind: "unlimited" } });
});
