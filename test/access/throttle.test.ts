/** Who asks too often is slowed down, and only they. */
import { expect, test } from "vitest";
import { createThrottle } from "../../src/access/throttle.ts";

test("a burst passes, more does not, and time gives back one by one", () => {
  const throttle = createThrottle({ burst: 3, perSecond: 2 });
  const take = (nowMs: number, name = "a") => throttle.take(name, nowMs);
  expect([take(0), take(0), take(0), take(0)]).toEqual([true, true, true, false]);
  expect([take(500), take(500)]).toEqual([true, false]);
  expect(take(500, "b")).toBe(true);
  expect([take(60_000), take(60_000), take(60_000), take(60_000)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
