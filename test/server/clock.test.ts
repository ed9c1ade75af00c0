/** The process's idea of ledger time, as a value that others set. */
import { expect, test } from "vitest";
import { instant } from "../../src/core/instant.ts";
import { createClock } from "../../src/server/clock.ts";

const DAY_MS = 86_400_000;

test("it follows the database's clock, ahead or behind", () => {
  const clock = createClock();
  clock.follow(DAY_MS);
  expect(clock.now()).toBeGreaterThan(Date.now() + DAY_MS / 2);
  clock.follow(-DAY_MS);
  expect(clock.now()).toBeLessThan(Date.now() - DAY_MS / 2);
});

test("a test clock stands still, whatever the database says", () => {
  const clock = createClock();
  clock.set(instant(1_000));
  clock.follow(DAY_MS);
  expect(clock.now()).toBe(1_000);
});
