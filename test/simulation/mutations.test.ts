/** The simulation finds faults: each deliberate one, switched on alone, breaks a promise within the seeds of `npm test`. */
import { setImmediate as immediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { MUTATIONS } from "./mutations.ts";
import { runSeed } from "./run.ts";
import { SEEDS_IN_TESTS } from "./seeds-in-tests.ts";

test.for(MUTATIONS)("$name is found", { timeout: 180_000 }, async ({ rules }) => {
  let found: string | null = null;
  for (let seed = 1; seed <= SEEDS_IN_TESTS && found === null; seed += 1) {
    const { violation } = await runSeed({ seed, rules: rules() });
    found = violation?.promise ?? null;
    await immediate();
  }
  expect(found).not.toBeNull();
});
