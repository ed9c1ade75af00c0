/** Looks for what is to be told, again and again or as soon as it is woken, and has it sent. */
import { fanOut } from "./fan-out.ts";
import { attemptNext } from "./attempt.ts";
import { createLanes } from "./lanes.ts";
import type { OutboxPorts } from "./ports.ts";
import { type Head, readHeads } from "./read-heads.ts";

export interface Dispatcher {
  /** From now on it works by itself. */
  start(): void;
  /** Something was written that is to be told, or is due now. */
  wake(): void;
  /** Tells and sends all that is due by ledger time; resolves once nothing is. Only on the node that sends. */
  runDue(): Promise<void>;
  /** Nothing new is begun. What runs may end for a moment, and is then broken off; it is sent again later. */
  stop(): Promise<void>;
}

/** All in milliseconds of real time. */
export interface DispatcherPaces {
  readonly everyMs: number;
  /** How often it is looked whether sending is still this node's work. */
  readonly watchEveryMs: number;
  /** Another node may have made something due; that is looked for at least so often. */
  readonly headsEveryMs: number;
  /** What runs when it is stopped may take so long. */
  readonly graceMs: number;
}

const PACES: DispatcherPaces = {
  everyMs: 1_000,
  watchEveryMs: 200,
  headsEveryMs: 5_000,
  graceMs: 2_000,
};
/** Each gives up messages that are then told of in the next. */
const PASSES_MOST = 50;
/** A node that has just started asks for the work first. */
const MAY_RUN_WITHIN_MS = 3_000;

export function createDispatcher(ports: OutboxPorts, paces: DispatcherPaces = PACES): Dispatcher {
  const lanes = createLanes(async (receiver, signal) => {
    try {
      return await attemptNext(ports, receiver, signal);
    } catch (fault) {
      if (!signal.aborted) ports.onFault(fault, "sending what is due");
      // With the next round, after a pause.
      return false;
    }
  });
  const pace = createPace(paces);
  let isStopped = false;
  const isOver = (): boolean => isStopped || !ports.mayRun();
  const inTurn = createTurns();

  /** Resolves with how much there was to do. */
  const round = (): Promise<number> =>
    inTurn(async () => {
      if (isOver()) return 0;
      const told = await fanOut(ports, isOver);
      if (told === 0 && !pace.mustLook(ports.clock.now())) return 0;
      const heads = await readHeads(ports.store);
      const now = ports.clock.now();
      const due = heads.filter(({ dueAt }) => dueAt <= now);
      pace.looked(heads, now);
      if (isOver()) return 0;
      lanes.offer(due);
      return told + due.length;
    });
  const working = createLoop({ round, everyMs: paces.everyMs, onFault: ports.onFault });
  let watching: NodeJS.Timeout | undefined;
  return {
    start() {
      watching = setInterval(() => {
        if (!ports.mayRun()) lanes.abort();
      }, paces.watchEveryMs);
      working.start();
    },
    wake() {
      pace.hurry();
      working.wake();
    },
    async runDue() {
      await untilMayRun(ports.mayRun);
      for (let pass = 0; pass < PASSES_MOST && !isOver(); pass += 1) {
        pace.hurry();
        const found = await round();
        await lanes.idle();
        if (found === 0) return;
      }
    },
    async stop() {
      isStopped = true;
      await working.stop();
      const late = setTimeout(() => lanes.abort(), paces.graceMs);
      await lanes.idle();
      clearTimeout(late);
      clearInterval(watching);
    },
  };
}
