/** A lane: one connection on which one transaction runs at a time; a lane that lost its connection is never used again. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectOptions, connect, type Sql } from "./connect.ts";

export type Row = Readonly<Record<string, unknown>>;
export type Parameter = null | number | bigint | string | Uint8Array;

export interface Lane {
  /** Sent at once, answered in order: what need not wait for an answer is not waited for. Rejects once the lane is lost. */
  query(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>;
  readonly isLost: boolean;
  /** Never that of another lane. */
  readonly id: string;
  close(): void;
}

export class LaneLost extends Error {
  /** As the package's own faults are named. */
  readonly code = "CONNECTION_LOST";

  constructor() {
    super("The connection to PostgreSQL was lost.");
    this.name = "LaneLost";
  }
}

/**
 * The package would open a new connection in the place of a lost one and go on with what was queued for the old, outside
 * its transaction. So each lane is a pool of one that is thrown away with its connection.
 */
export function openLane(options: Pick<ConnectOptions, "url" | "purpose" | "patient">): Lane {
  let isLost = false;
  const waiting = new Set<(fault: LaneLost) => void>();
  const lose = (): void => {
    isLost = true;
    for (const reject of waiting) reject(new LaneLost());
    waiting.clear();
  };
  const sql: Sql = connect({ ...options, connections: 1, onClose: lose });
  return {
    id: randomUUID(),
    get isLost() {
      return isLost;
    },
    async query(text, parameters = []) {
      if (isLost) throw new LaneLost();
      // Not every way in which a connection can be lost makes the package reject what was asked on it.
      const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>();
      waiting.add(reject);
      sql
        .unsafe(text, [...parameters], { prepare: parameters.length > 0 })
        .then((rows) => resolve(rows as readonly Row[]), reject);
      const rows = await promise.finally(() => waiting.delete(reject));
      // An answer that a replacing connection gave says nothing of the transaction.
      if (isLost) throw new LaneLost();
      return rows;
    },
    close() {
      lose();
      sql.end({ timeout: 0 }).catch(() => undefined);
    },
  };
}

export interface Lanes {
  /** Waits for a free lane. A lane that comes back lost is replaced by a new one. */
  take(): Promise<Lane>;
  give(lane: Lane): void;
  /** A new lane beside those, which its taker closes. */
  extra(): Lane;
  /** Resolves when all lanes are back (or have had their time), and closes them. Nothing is to be taken after it. */
  close(): Promise<void>;
}

const CLOSE_MS_MOST = 20_000;

export function openLanes(options: { url: string; purpose: string; most: number }): Lanes {
  const free: Lane[] = [];
  const waiting: ((lane: Lane) => void)[] = [];
  let out = 0;
  let { most } = options;
  return {
    extra: () => openLane(options),
    take() {
      if (most === 0) return Promise.reject(new LaneLost());
      if (out >= most) return new Promise((resolve) => waiting.push(resolve));
      out += 1;
      const lane = free.pop();
      return Promise.resolve(lane === undefined || lane.isLost ? openLane(options) : lane);
    },
    give(lane) {
      if (lane.isLost) lane.close();
      const next = waiting.shift();
      if (next !== undefined) {
        next(lane.isLost ? openLane(options) : lane);
        return;
      }
      out -= 1;
      if (!lane.isLost) free.push(lane);
    },
    async close() {
      const until = performance.now() + CLOSE_MS_MOST;
      while (out > 0 && performance.now() < until) await sleep(5);
      most = 0;
      for (const lane of free) lane.close();
    },
  };
}
