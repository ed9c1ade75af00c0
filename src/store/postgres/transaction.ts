/** Runs a transaction on a lane; where the connection is lost while it commits, looks whether it was committed. */
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, isLost, isTransient } from "./faults.ts";
import { type Lane, LaneLost, type Lanes, type Parameter, type Row } from "./lane.ts";

export interface Transaction {
  query(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>;
  /**
   * The last statement, sent together with the commit. `xid` is the transaction's id, as an earlier query read it with
   * `pg_current_xact_id()`. Resolves once it is durable.
   */
  commit(
    xid: string,
    last?: { readonly sql: string; readonly parameters: readonly Parameter[] },
  ): Promise<void>;
}

/** How often a transaction is begun again, and the pause before the next, in milliseconds. */
const ATTEMPTS_MOST = 6;
const PAUSES_MS = [0, 20, 100, 400, 1_000];
/** An attempt that has not ended by then is given up: the network swallows what is sent. */
const ATTEMPT_MS_MOST = 15_000;

/**
 * `work` begins with the transaction open and must end with `commit` (else it is rolled back). It is run again where the
 * database refused for a reason that passes or the connection was lost before the commit, so it must do nothing but query.
 */
export async function transact<Result>(
  lanes: Lanes,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(lanes, work);
    } catch (fault) {
      const passes = isTransient(fault) || isLost(fault) || fault instanceof LaneLost;
      if (!passes || attempt >= ATTEMPTS_MOST) throw fault;
      await sleep(PAUSES_MS[attempt - 1] ?? 0);
    }
  }
}

async function attemptOnce<Result>(
  lanes: Lanes,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const lane = await lanes.take();
  const deadline = setTimeout(() => lane.close(), ATTEMPT_MS_MOST);
  let isCommitted = false;
  try {
    const begun = lane.query("begin");
    // Its failure is that of the first query, too.
    begun.catch(() => undefined);
    const result = await work({
      query: (sql, parameters) => lane.query(sql, parameters),
      commit: async (xid, last) => {
        await commit(lanes, lane, { xid, last });
        isCommitted = true;
      },
    });
    await begun;
    return result;
  } finally {
    clearTimeout(deadline);
    if (!isCommitted) await rollBack(lane);
    lanes.give(lane);
  }
}

/** A lane that cannot roll back is thrown away; the server rolls back by itself. */
async function rollBack(lane: Lane): Promise<void> {
  if (lane.isLost) return;
  try {
    await lane.query("rollback");
  } catch {
    lane.close();
  }
}

async function commit(
  lanes: Lanes,
  lane: Lane,
  of: {
    readonly xid: string;
    readonly last: { readonly sql: string; readonly parameters: readonly Parameter[] } | undefined;
  },
): Promise<void> {
  const written = of.last === undefined ? undefined : lane.query(of.last.sql, of.last.parameters);
  const committed = lane.query("commit");
  const [last, end] = await Promise.allSettled([written, committed]);
  if (last.status === "rejected" && !isLost(last.reason)) {
    // The server answered: the statement failed, and the commit after it was a rollback.
    if (!lane.isLost) throw last.reason;
  }
  if (last.status === "fulfilled" && end.status === "fulfilled") return;
  lane.close();
  if (await wasCommitted(lanes, of.xid)) return;
  throw end.status === "rejected" ? end.reason : new LaneLost();
}

/** How long the end of a transaction is looked for: some restarts of a database. */
const LOOK_MS_MOST = 8_000;
const LOOK_AGAIN_MS = 100;

/** Asks the server what became of a transaction, until it says so. Rejects where it cannot be asked in time. */
async function wasCommitted(lanes: Lanes, xid: string): Promise<boolean> {
  const until = performance.now() + LOOK_MS_MOST;
  for (;;) {
    try {
      const status = await statusOf(lanes, xid);
      if (status !== "in progress") return status === "committed";
    } catch (fault) {
      if (performance.now() > until) throw fault;
    }
    if (performance.now() > until) throw new CommitUnknown(xid);
    await sleep(LOOK_AGAIN_MS);
  }
}

async function statusOf(lanes: Lanes, xid: string): Promise<unknown> {
  // Not one of the pool's: all of those may be waiting here for their own.
  const lane = lanes.extra();
  try {
    const [row] = await lane.query("select pg_xact_status($1::xid8) as status", [xid]);
    return row?.["status"];
  } catch (fault) {
    // A transaction of the future: this server (a standby made primary) never heard of it.
    if (codeOf(fault) === "22023") return "aborted";
    throw fault;
  } finally {
    lane.close();
  }
}

/** Nobody knows whether it was committed: the caller must not assume either. */
export class CommitUnknown extends Error {
  constructor(xid: string) {
    super(`The database did not say in time whether transaction ${xid} was committed.`);
    this.name = "CommitUnknown";
  }
}
