/** What happens in a run: each action is drawn from the seed and its own number, so that a prefix stays what it was. */
import type { KeyId } from "../../src/core/ids.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { look, raise } from "./drawn-alerts.ts";
import { breakConnections, crashNode, moveClock, stallNode, takeStoreAway } from "./faults.ts";
import type { Run } from "./run.ts";
import { drawAlertAt, drawAnchor, drawLimits } from "./world.ts";

type Action = (run: Run, chance: Chance) => void;

const ACTIONS: readonly (readonly [Action, number])[] = [
  [(run, chance) => run.clients.call(chance), 30],
  [(run, chance) => run.clients.burst(chance), 4],
  [(run, chance) => run.clients.hold(chance), 9],
  [(run, chance) => run.clients.settle(chance), 10],
  [(run, chance) => run.clients.release(chance), 4],
  [(run, chance) => run.clients.meddle(chance), 1],
  [(run, chance) => run.clients.record(chance), 7],
  [(run, chance) => run.clients.correct(chance), 5],
  [changePlan, 4],
  [changeLimits, 2],
  [changeWishes, 2],
  [look, 4],
  [raise, 2],
  [moveAnchor, 1],
  [moveClock, 8],
  [crashNode, 4],
  [stallNode, 2],
  [takeStoreAway, 2],
  [breakConnections, 3],
];

/** Takes action number `index`; resolves to how long it is, in milliseconds, until the next one. */
export function act(run: Run, index: number): number {
  const chance = chanceOf(run.seed, 2, index);
  chance.weigh(ACTIONS)(run, chance);
  return chance.weigh([
    [chance.below(10), 4],
    [chance.below(500), 4],
    [chance.below(10_000), 2],
    [chance.below(60_000), 1],
  ]);
}

function changePlan({ world, verdict }: Run, chance: Chance): void {
  const customerId = chance.pick(world.customers);
  const terms = world.terms.get(customerId);
  if (terms === undefined) return;
  const plan = chance.pick(world.plans);
  world.terms.set(customerId, { ...terms, plan });
  verdict.say(() => `operator: ${customerId} is on ${plan.definition.slug} now`);
}

/** At which thresholds a customer wishes to be told. */
function changeWishes({ world, verdict }: Run, chance: Chance): void {
  const customerId = chance.pick(world.customers);
  const terms = world.terms.get(customerId);
  if (terms === undefined) return;
  const { alertAt: _before, ...rest } = terms;
  world.terms.set(customerId, { ...rest, ...drawAlertAt(chance, 70) });
  verdict.say(() => `operator: ${customerId} has other wishes`);
}

function changeLimits({ world, verdict }: Run, chance: Chance): void {
  if (chance.percent(40)) {
    world.deploymentLimits = drawLimits(chance, chance.below(3), 6);
    verdict.say(() => "operator: other limits for the deployment");
    return;
  }
  const keys = [...world.keys.keys()];
  const id: KeyId = chance.pick(keys);
  const terms = world.keys.get(id);
  if (terms === undefined) return;
  const wide = terms.customerId === undefined ? 3 : 1;
  world.keys.set(id, { ...terms, limits: drawLimits(chance, chance.below(3), wide) });
  verdict.say(() => `operator: another budget for ${id}`);
}

/** A newly begun subscription, paid for a full period. */
function moveAnchor({ world, verdict, store }: Run, chance: Chance): void {
  const customerId = chance.pick(world.customers);
  const terms = world.terms.get(customerId);
  if (terms === undefined) return;
  world.terms.set(customerId, { ...terms, usageAnchor: drawAnchor(chance, store.now()) });
  verdict.say(() => `operator: ${customerId}'s periods begin anew`);
}
