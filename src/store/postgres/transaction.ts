/** Runs a transaction on a lane; where the connection is lost while it commits, looks whether it was committed. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { COMMIT_UNKNOWN, codeOf, isLost, isTransient } from "./faults.ts";
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

/** A refusal that passes is met again so often; a lost connection, for as long as there is time. */
const REFUSALS_MOST = 6;
/** The pauses before the next attempt, in milliseconds: the last one from then on. */
const PAUSES_MS = [0, 20, 100, 400];
/** All attempts together, and the least that one gets: a network that swallows what is sent never says so itself. */
const ALL_ATTEMPTS_MS_MOST = 8_000;
const ATTEMPT_MS_LEAST = 1_000;

/**
 * `work` begins with the transaction open and must end with `commit` (else it is rolled back). It is run again where the
 * database refused for a reason that passes or the connection was lost before the commit, so it must do nothing but query.
 */
export async function transact<Result>(
  lanes: Lanes,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const until = performance.now() + ALL_ATTEMPTS_MS_MOST;
  for (let attempt = 1; ; attempt += 1) {
    const left = until - performance.now();
    try {
      return await attemptOnce(lanes, work, Math.max(left, ATTEMPT_MS_LEAST));
    } catch (fault) {
      const passes = isLost(fault) || (isTransient(fault) && attempt < REFUSALS_MOST);
      if (!passes || performance.now() > until) throw fault;
      await sleep(PAUSES_MS[Math.min(attempt, PAUSES_MS.length) - 1] ?? 0);
    }
  }
}

async function attemptOnce<Result>(
  lanes: Lanes,
  work: (transaction: Transaction) => Promise<Result>,
  withinMs: number,
): Promise<Result> {
  const lane = await lanes.take();
  const deadline = setTimeout(() => lane.close(), withinMs);
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
  const token = randomUUID();
  const marked = lane.query(MARK, [lane.id, token, of.xid]);
  marked.catch(() => undefined);
  const committed = lane.query("commit");
  const [last, end] = await Promise.allSettled([written, committed]);
  if (last.status === "rejected" && !isLost(last.reason)) {
    // The server answered: the statement failed, and the commit after it was a rollback.
    if (!lane.isLost) throw last.reason;
  }
  if (last.status === "fulfilled" && end.status === "fulfilled") return;
  lane.close();
  if (await wasCommitted(lanes, of.xid, { sql: MARKED, parameters: [lane.id, token] })) return;
  throw end.status === "rejected" ? end.reason : new LaneLost();
}

/** How long the end of a transaction is looked for: a restart of a database. */
const LOOK_MS_MOST = 15_000;
const LOOK_AGAIN_MS = 100;
const LOOK_ONCE_MS_MOST = 3_000;

/** One row a lane. In the transaction that it speaks of, or not at all: a replaced connection has another. */
const MARK = `insert into lane_commits (lane, token, at) select $1, $2, purser_now()
  where pg_current_xact_id_if_assigned()::text = $3
  on conflict (lane) do update set token = excluded.token, at = excluded.at`;
const MARKED =
  "select exists (select from lane_commits where lane = $1 and token = $2) as is_proven";

/** The marks of lanes that are gone, a day later. */
export const FORGET_MARKS = "delete from lane_commits where at < purser_now() - 86400000";

/** Selects `is_proven`: is something there that only the transaction can have made? */
export interface Proof {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/**
 * Asks the server what became of a transaction, until it says so. Rejects where it cannot be asked in time. After a crash
 * a transaction's number is given anew if nothing of it had reached the disk, so the number alone proves nothing.
 */
export async function wasCommitted(
  lanes: Pick<Lanes, "extra">,
  xid: string,
  proof: Proof,
): Promise<boolean> {
  const until = performance.now() + LOOK_MS_MOST;
  for (;;) {
    // A look that fails says nothing, so it is made again; taken for an answer, the work would be done twice.
    const found = await look(lanes, xid, proof).catch(() => "running" as const);
    if (found !== "running") return found === "committed";
    if (performance.now() > until) throw new CommitUnknown(xid);
    await sleep(LOOK_AGAIN_MS);
  }
}

async function look(
  lanes: Pick<Lanes, "extra">,
  xid: string,
  proof: Proof,
): Promise<"committed" | "aborted" | "running"> {
  // Not one of the pool's: all of those may be waiting here for their own.
  const lane = lanes.extra();
  const deadline = setTimeout(() => lane.close(), LOOK_ONCE_MS_MOST);
  try {
    const status = await statusOn(lane, xid);
    if (status === "in progress") return "running";
    if (status !== "committed") return "aborted";
    // A statement of its own: it sees what was committed before it began.
    const [row] = await lane.query(proof.sql, proof.parameters);
    return row?.["is_proven"] === true ? "committed" : "aborted";
  } finally {
    clearTimeout(deadline);
    lane.close();
  }
}

async function statusOn(lane: Lane, xid: string): Promise<unknown> {
  try {
    const [row] = await lane.query("select pg_xact_status($1::xid8) as status", [xid]);
    return row?.["status"];
  } catch (fault) {
    // A transaction of the future: this server (a standby made primary) never heard of it.
    if (codeOf(fault) === "22023") return "aborted";
    throw fault;
  }
}

/** Nobody knows whether it was committed: the caller must not assume either. */
class CommitUnknown extends Error {
  readonly code = COMMIT_UNKNOWN;

  constructor(xid: string) {
    super(`The database did not say in time whether transaction ${xid} was committed.`);
    this.name = "CommitUnknown";
  }
}
