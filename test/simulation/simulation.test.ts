/** Hundreds of drawn worlds: clients, nodes and a database that fail in every way, and no promise of the ledger broken. */
import { setImmediate as immediate } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chanceOf } from "./chance.ts";
import { MUTATIONS } from "./mutations.ts";
import { judgePeriods } from "./periods.ts";
import { reportOf } from "./report.ts";
import { runSeed } from "./run.ts";
import { SEEDS_IN_TESTS } from "./seeds-in-tests.ts";
import { shortestPrefix } from "./shortest-prefix.ts";
import { Verdict } from "./verdict.ts";

test("no seed breaks a promise", { timeout: 180_000 }, async () => {
  for (let seed = 1; seed <= SEEDS_IN_TESTS; seed += 1) {
    const result = await runSeed({ seed });
    if (result.violation !== null) expect.fail(reportOf(await shortestPrefix({ seed }, result)));
    await immediate();
  }
});

test("the same seed takes the same steps, and a prefix the first of them", async () => {
  const [one, other] = [
    await runSeed({ seed: 7, told: true }),
    await runSeed({ seed: 7, told: true }),
  ];
  expect(other).toEqual(one);
  expect(one.story.length).toBeGreaterThan(100);
  const prefix = await runSeed({ seed: 7, prefix: 20, told: true });
  const untilCalm = prefix.story.indexOf("calm: no more faults");
  const whole = await runSeed({ seed: 7, prefix: 40, told: true });
  expect(whole.story.slice(0, untilCalm)).toEqual(prefix.story.slice(0, untilCalm));
});

test("time, timers and clocks are the process's own again after a run", async () => {
  const { setTimeout, setImmediate } = globalThis;
  const { now } = Date;
  await runSeed({ seed: 3, prefix: 5 });
  expect([globalThis.setTimeout, globalThis.setImmediate, Date.now]).toEqual([
    setTimeout,
    setImmediate,
    now,
  ]);
});

test("a failure is told by its seed and the shortest prefix that still fails", async () => {
  const [mutation] = MUTATIONS;
  if (mutation === undefined) throw new Error("There are mutations.");
  const failed = await runSeed({ seed: 1, rules: mutation.rules() });
  const shortest = await shortestPrefix({ seed: 1, rules: mutation.rules() }, failed);
  expect(shortest.actions).toBeLessThanOrEqual(failed.actions);
  const before = { seed: 1, rules: mutation.rules(), prefix: shortest.actions - 1 };
  expect((await runSeed(before)).violation).toBeNull();
  const words = reportOf(shortest);
  expect(words).toContain(`npm run simulate -- --seed 1 --prefix ${shortest.actions}`);
  expect(words).toContain("store: ");
});

test("usage periods tile, whatever the anchor", () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const verdict = new Verdict(false);
      judgePeriods(chanceOf(seed), verdict);
      expect(verdict.violation).toBeNull();
    }),
    { numRuns: 1_000 },
  );
});
