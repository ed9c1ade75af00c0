/** Makes things go wrong: nodes, the database and the clocks, as the seed draws. */
import { instant } from "../../src/core/instant.ts";
import type { Chance } from "./chance.ts";
import { windowEnd, windowStart } from "./model-windows.ts";
import type { Run } from "./run.ts";
import { QUICK_MS } from "./store.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Clocks of a run stay this near its beginning, so that its anchors mean something. */
const AHEAD_MOST_MS = 200 * DAY_MS;

/** A node dies between any two of the next steps, and is started again while the others run. */
export function crashNode(run: Run, chance: Chance): void {
  const node = chance.pick(run.nodes);
  const afterSteps = chance.below(14);
  const restartMs = chance.weigh([
    [chance.below(500), 3],
    [chance.below(60_000), 2],
  ]);
  run.crashes.push({
    afterSteps,
    crash: () => {
      run.verdict.say(() => `fault: ${node.boot?.name ?? node.nodeId} dies`);
      node.crash();
      run.scheduler.after(restartMs, () => node.boot === null && node.start(), null);
    },
  });
}

/** A node stands still, as a virtual machine does while it is moved: all it would do happens later. */
export function stallNode(run: Run, chance: Chance): void {
  const { boot } = chance.pick(run.nodes);
  const ms = chance.weigh([
    [chance.between(50, 5_000), 2],
    [chance.between(20_000, 90_000), 1],
  ]);
  if (boot === null) return;
  run.verdict.say(() => `fault: ${boot.name} stalls for ${ms} ms`);
  boot.stalledUntilMs = run.scheduler.nowMs + ms;
}

export function takeStoreAway(run: Run, chance: Chance): void {
  const { faults } = run.store;
  const ms = chance.weigh([
    [chance.between(20, 4_000), 3],
    [chance.between(6_000, 60_000), 1],
  ]);
  run.verdict.say(() => `fault: the database is away for ${ms} ms`);
  faults.isAway = true;
  run.scheduler.after(ms, () => Object.assign(faults, { isAway: false }), null);
}

/** For a while connections break before and after commits, and batches are aborted. */
export function breakConnections(run: Run, chance: Chance): void {
  const { faults } = run.store;
  const ms = chance.between(2_000, 40_000);
  if (chance.percent(30)) {
    slowStore(run, { ms, delayMostMs: chance.between(50, 4_000) });
    return;
  }
  run.verdict.say(() => `fault: connections break for ${ms} ms`);
  Object.assign(faults, { lostBefore: 20, lostAfter: 25, aborted: 15 });
  const end = () => Object.assign(faults, { lostBefore: 0, lostAfter: 0, aborted: 0 });
  run.scheduler.after(ms, end, null);
}

/** Batches take long, and overtake each other. */
function slowStore(run: Run, { ms, delayMostMs }: { ms: number; delayMostMs: number }): void {
  const { store, scheduler, verdict } = run;
  verdict.say(() => `fault: for ${ms} ms the database takes up to ${delayMostMs} ms`);
  store.delayMostMs = delayMostMs;
  scheduler.after(ms, () => Object.assign(store, { delayMostMs: QUICK_MS }), null);
}

export function moveClock(run: Run, chance: Chance): void {
  const how = chance.weigh([
    ["land" as const, 5],
    ["forth" as const, 3],
    ["back" as const, 2],
    ["node" as const, 2],
  ]);
  if (how === "land") {
    landOnBoundary(run, chance);
    return;
  }
  if (how === "node") {
    const node = chance.pick(run.nodes);
    node.clockAheadMs = chance.between(-1, 1) * chance.below(chance.pick([2_000, HOUR_MS]));
    run.verdict.say(() => `fault: ${node.nodeId}'s clock is ${node.clockAheadMs} ms ahead`);
    return;
  }
  const ms = drawJump(chance);
  const ahead = run.store.clockAheadMs + (how === "forth" ? ms : -ms);
  if (Math.abs(ahead) > AHEAD_MOST_MS) return;
  run.store.clockAheadMs = ahead;
  run.verdict.say(() => `fault: the ledger's clock jumps ${how} by ${ms} ms`);
}

function drawJump(chance: Chance): number {
  return chance.weigh([
    [chance.below(2 * MINUTE_MS), 4],
    [chance.below(3 * HOUR_MS), 2],
    [chance.below(2 * DAY_MS), 2],
    [chance.below(40 * DAY_MS), 1],
  ]);
}

/** The next commit happens exactly when a window ends, a millisecond before, or one after. */
function landOnBoundary(run: Run, chance: Chance): void {
  const { store, world, verdict } = run;
  const per = chance.weigh([
    ["minute" as const, 2],
    ["hour" as const, 2],
    ["day" as const, 3],
    ["month" as const, 2],
    ["period" as const, 4],
  ]);
  const anchor = world.terms.get(chance.pick(world.customers))?.usageAnchor ?? 0;
  const now = store.now();
  const end = windowEnd(per, windowStart(per, now, anchor), anchor);
  if (end - world.beginsAt > AHEAD_MOST_MS) return;
  store.landsAt = instant(
    end +
      chance.weigh([
        [0, 3],
        [-1, 1],
        [1, 1],
      ]),
  );
  verdict.say(() => `fault: the next commit is at ${new Date(store.landsAt ?? 0).toISOString()}`);
}
