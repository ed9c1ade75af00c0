/** What is asked of the ledger about alerts: to look at limits anew, and to tell of what a job has found. */
import type { Look, Raise } from "../../src/ledger/ledger.ts";
import type { Chance } from "./chance.ts";
import { drawPayer } from "./drawn-usage.ts";
import type { Run } from "./run.ts";
import type { World } from "./world.ts";

/** The dispatcher's: limits or wishes may have changed. */
export function look(run: Run, chance: Chance): void {
  const operation = drawLook(chance, run.world);
  const words = () => `asks to look: ${JSON.stringify(operation)}`;
  run.clients.ask(
    chance,
    words,
    ({ ledger }) => ledger.look(operation),
    () => {},
  );
}

/** A job's, which several nodes may run at once. */
export function raise(run: Run, chance: Chance): void {
  const operation = drawRaise(chance, run);
  const words = () => `tells ${operation.customerId} of ${operation.mark.counterKey}`;
  run.clients.ask(
    chance,
    words,
    ({ ledger }) => ledger.raise(operation),
    () => {},
  );
}

function drawLook(chance: Chance, world: World): Look {
  if (chance.percent(25)) return { kind: "look", deployment: true };
  return { kind: "look", payer: drawPayer(chance, world) };
}

/** Of a few marks only, so that many have their alert already; now and then of nobody who is there. */
function drawRaise(chance: Chance, { world, store }: Run): Raise {
  const hour = "2026-04-11T10:00:00.000Z";
  const facts = { hour, calls: 10, failed: 5, rate: 50, rate_least: 20 };
  return {
    kind: "raise",
    customerId: chance.weigh([
      [chance.pick(world.customers), 6],
      ["deployment", 3],
      ["nobody", 1],
    ]),
    mark: {
      counterKey: `error_rate ${chance.below(3)}`,
      cap: BigInt(chance.below(2)),
      threshold: chance.pick([80, 100]),
    },
    told: { kind: "error_rate", facts },
    threshold: 100,
    periodStart: store.now(),
  };
}
