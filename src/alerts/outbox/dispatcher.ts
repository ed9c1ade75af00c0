/** Looks for what is to be told, again and again or as soon as it is woken, and has it sent. */
import { setTimeout as sleep } from "node:timers/promises";
import { attemptNext } from "./attempt.ts";
import { fanOut } from "./fan-out.ts";
import { createLanes } from "./lanes.ts";
import type { OutboxPorts } from "./ports.ts";
import { readHeads } from "./read-heads.ts";
import { createRounds, createTurns } from "./rounds.ts";

export interface Dispatcher {
  /** From now on it works by itself. */
  start(): void;
  /** Something was written that is to be told, or is due now. */
  wake(): void;
  /** Tells and sends all that is due by ledger time; resolves once nothing is. Only the node that sends does. */
  runDue(): Promise<void>;
  /** Begins nothing more. What runs may end for a moment, and is then broken off; it is sent again later. */
  stop(): Promise<void>;
}

/** All in milliseconds of real time. */
export interface DispatcherPaces {
  readonly everyMs: number;
  /** How often it is looked whether sending is still this node's work. */
  readonly watchEveryMs: number;
  /** Another node may have made something due: that is looked for at least so often. */
  readonly lookEveryMs: number;
  /** What runs when it is stopped may take so long. */
  readonly graceMs: number;
}

const PACES: DispatcherPaces = {
  everyMs: 1_000,
  watchEveryMs: 200,
  lookEveryMs: 5_000,
  graceMs: 2_000,
};
/** What is given up in one pass is told of in the next. */
const PASSES_MOST = 50;
/** A node that has just started asks for the work first. */
const MAY_RUN_WITHIN_MS = 2_000;
const MAY_RUN_LOOK_MS = 20;

export function createDispatcher(ports: OutboxPorts, paces: DispatcherPaces = PACES): Dispatcher {
  const { clock, mayRun, onFault } = ports;
  let isStopped = false;
  const isOver = (): boolean => isStopped || !mayRun();
  const look = createLook(paces.lookEveryMs);
  const lanes = createLanes(async (receiver, signal) => {
    if (isOver()) return false;
    try {
      return await attemptNext(ports, receiver, signal);
    } catch (fault) {
      // Broken off, or the database is away: the next round comes after a pause.
      if (!signal.aborted) onFault(fault, "sending what is due");
      return false;
    } finally {
      look.isDue = true;
    }
  });
  const inTurn = createTurns();
  /** Resolves with how much there was to do. */
  const round = (): Promise<number> =>
    inTurn(async () => {
      if (isOver()) return 0;
      const told = await fanOut(ports, isOver);
      if (told > 0) look.isDue = true;
      if (!look.isDueAt(clock.now())) return 0;
      look.begin();
      const heads = await readHeads(ports.store);
      const now = clock.now();
      const due = heads.filter(({ dueAt }) => dueAt <= now);
      look.nextDueAt = Math.min(...heads.map(({ dueAt }) => dueAt));
      if (isOver()) return 0;
      lanes.offer(due);
      return told + due.length;
    });
  const rounds = createRounds({
    round,
    everyMs: paces.everyMs,
    onFault: (fault) => onFault(fault, "looking for what is to be told"),
  });
  let watching: NodeJS.Timeout | undefined;
  return {
    start() {
      watching = setInterval(() => {
        if (!mayRun()) lanes.abort();
      }, paces.watchEveryMs);
      rounds.start();
    },
    wake() {
      look.isDue = true;
      rounds.wake();
    },
    async runDue() {
      await until(mayRun);
      for (let pass = 0; pass < PASSES_MOST && !isOver(); pass += 1) {
        look.isDue = true;
        const found = await round();
        await lanes.idle();
        if (found === 0) return;
      }
    },
    async stop() {
      isStopped = true;
      await rounds.stop();
      const late = setTimeout(() => lanes.abort(), paces.graceMs);
      await lanes.idle();
      clearTimeout(late);
      clearInterval(watching);
    },
  };
}

/** Whether the lines of receivers are to be looked at: what nobody touched is as it was, until it is due. */
function createLook(everyMs: number) {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return {
    /** Something was touched since. */
    isDue: true,
    /** Ledger time. */
    nextDueAt: Number.POSITIVE_INFINITY,
    isDueAt(now: number): boolean {
      return this.isDue || now >= this.nextDueAt || performance.now() - lookedAtMs >= everyMs;
    },
    begin(): void {
      this.isDue = false;
      lookedAtMs = performance.now();
    },
  };
}

/** Gives up after a while: it may be another node's work. */
async function until(mayRun: () => boolean): Promise<void> {
  for (let waited = 0; waited < MAY_RUN_WITHIN_MS && !mayRun(); waited += MAY_RUN_LOOK_MS) {
    await sleep(MAY_RUN_LOOK_MS);
  }
}
