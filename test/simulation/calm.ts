/** The calm end of a run: no more faults, all nodes up, time past every deadline. Then everything must be well. */
import { METERS } from "../../src/core/usage.ts";
import { worthNow } from "../../src/ledger/rules/correct.ts";
import type { ClientCall } from "./client-call.ts";
import type { Run } from "./run.ts";
import { QUICK_MS } from "./store.ts";

/** Longer than a call, its retries and the client's patience together. */
const CALLS_END_MS = 20_000;
const ROUNDS_MOST = 20;
/** A request that a client sent again may make a hold after the first of them; after the second nobody asks any more. */
const DEADLINES_MOST = 3;
/** Each sweeper and poller has had its turn, and a dead boot's heartbeat is old. */
const SWEPT_MS = 90_000;

export async function calmDown(run: Run): Promise<void> {
  const { store, verdict, scheduler } = run;
  verdict.say(() => "calm: no more faults");
  Object.assign(store.faults, { isAway: false, lostBefore: 0, lostAfter: 0, aborted: 0 });
  store.landsAt = null;
  store.delayMostMs = QUICK_MS;
  run.crashes.length = 0;
  for (const node of run.nodes) {
    node.clockAheadMs = 0;
    node.stillRunning = 0;
    if (node.boot === null) node.start();
  }
  // Who stalls, wakes first, and does what was asked of it meanwhile.
  const awakeAtMs = run.nodes.map(({ boot }) => boot?.stalledUntilMs ?? 0);
  const quietAtMs = Math.max(run.clients.quietAtMs, ...awakeAtMs);
  await run.passTime(Math.max(0, quietAtMs - scheduler.nowMs) + CALLS_END_MS);
  for (let round = 0; round < ROUNDS_MOST && isBusy(run); round += 1)
    await run.passTime(CALLS_END_MS);
  // Whatever is still held now is owed to nobody that lives, and ends by its deadline; so does what is asked for late.
  for (let round = 0; round < DEADLINES_MOST; round += 1) {
    await passDeadlines(run);
    if (!isAnythingHeld(run)) break;
  }
  if (verdict.violation === null) judgeEnd(run);
}

async function passDeadlines(run: Run): Promise<void> {
  const { store } = run;
  const last = Math.max(
    store.now(),
    ...[...store.rows.holds.values()].map(({ expiresAt }) => expiresAt),
    ...[...store.rows.awaited.values()].map(({ askAt }) => askAt),
  );
  store.clockAheadMs += last - store.now() + 1_000;
  await run.passTime(SWEPT_MS);
}

function isAnythingHeld({ store }: Run): boolean {
  return [...store.rows.holds.values()].some(({ state }) => state === "pending");
}

function isBusy(run: Run): boolean {
  return run.store.rows.awaited.size > 0 || run.calls.some(isRunning);
}

function isRunning(call: ClientCall): boolean {
  return call.owner?.alive === true && call.outcome === null;
}

/** Its answer, or the news that there is none, came from a node that lived. */
function hasEnded({ outcome }: ClientCall): boolean {
  return outcome?.kind === "answered" || outcome?.kind === "unsent";
}

function judgeEnd(run: Run): void {
  const { store, verdict, model, calls, clients } = run;
  const open = [...store.rows.holds.values()].find(({ state }) => state === "pending");
  verdict.check(
    open === undefined,
    "7: no hold outlives its deadline",
    () => `${open?.id} is held`,
  );
  const isLeft = store.rows.awaited.size > 0;
  verdict.check(!isLeft, "later work is settled", () => "some still waits");
  const running = calls.find(isRunning);
  verdict.check(running === undefined, "every call ends", () => `call ${running?.number} does not`);
  for (const call of calls) {
    judgeCall(run, call);
    judgeUsage(run, call);
  }
  for (const id of clients.acknowledged)
    verdict.check(
      store.rows.events.has(id),
      "6: nothing acknowledged is lost",
      () => `${id} was acknowledged, and is gone`,
    );
  model.judgeCounters(null);
  judgeTotals(run);
}

/** What a provider billed has one event; what was refused has none, and is held nowhere. */
function judgeCall({ store, verdict, model }: Run, call: ClientCall): void {
  const { outcome, number } = call;
  const words = (): string => `call ${number} is ${outcome?.kind}, billed ${call.billed !== null}`;
  const hasEvent = call.id !== null && store.rows.events.has(call.id);
  const mustHave = call.billed !== null || (outcome?.kind === "answered" && outcome.event !== null);
  verdict.check(hasEvent || !mustHave, "5: every forwarded call has exactly one event", words);
  const isUnsent = call.received === 0 && call.id !== null && hasEnded(call);
  verdict.check(!isUnsent || call.isReleased, "what was never sent is released", words);
  if (outcome?.kind !== "refused") return;
  const isKept = hasEvent || model.log.calls.has(outcome.id);
  verdict.check(!isKept, "2: a refused call is held against no limit", words);
}

/** The statuses of an event whose call the provider worked for, however it ended. */
const WORKED = [200, 499, 502, 504];

/** What was billed is never worth nothing; where the whole answer said what was used, the event says the same. */
function judgeUsage({ store, verdict }: Run, call: ClientCall): void {
  const row = call.id === null ? undefined : store.rows.events.get(call.id);
  if (row === undefined || call.billed === null) return;
  const { statusCode, usage, estimated } = row.event.facts;
  const [input, output] = [usage.input ?? 0, usage.output ?? 0];
  const words = (): string =>
    `call ${call.number}: ${input} and ${output}, billed ${call.billed?.input} and ${call.billed?.output}`;
  const isNothing = WORKED.includes(statusCode) && input + output === 0;
  verdict.check(!isNothing, "4: what was used is never dropped", words);
  if (statusCode !== 200 || estimated || !call.answeredWhole) return;
  const isSame = input === call.billed.input && output === call.billed.output;
  verdict.check(isSame, "4: an event says what the provider billed", words);
}

/** Events with their corrections, the model's log and the roll-ups come to the same, meter by meter. */
function judgeTotals({ store, verdict, model }: Run): void {
  const { events, rollups, windows } = store.rows;
  const ended = [...model.log.calls.values()].filter(({ state }) => state === "ended");
  verdict.check(
    ended.length === events.size,
    "5: one event a call",
    () => `${events.size} events of ${ended.length} calls that ended`,
  );
  for (const call of ended) {
    const row = events.get(call.id);
    const cost = row === undefined ? null : worthNow(row).facts.cost;
    verdict.check(
      cost === call.cost,
      "5: an event is worth what was told of it",
      () => `${call.id} costs ${cost}, not ${call.cost}`,
    );
  }
  for (const meter of METERS) {
    const inLog = model.log.entries.reduce((sum, { sums }) => sum + sums[meter], 0);
    const inRollups = [...rollups.values()].reduce((sum, row) => sum + Number(row.sums[meter]), 0);
    verdict.check(
      inLog === inRollups,
      "5: roll-ups are the sum of events and corrections",
      () => `${inRollups} ${meter} in roll-ups, ${inLog} in the log`,
    );
  }
  const counters = [...windows.values()].reduce((sum, rows) => sum + rows.length, 0);
  verdict.check(
    counters === model.log.asked.size,
    "5: there is a counter for what a limit asked for",
    () => `${counters} counters, ${model.log.asked.size} asked for`,
  );
}
