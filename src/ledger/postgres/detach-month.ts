/** Takes a month that is over out of the table of events, once its closing balance stands for it. */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../core/errors.ts";
import { isLost } from "../../store/postgres/faults.ts";
import { type Lane, openLane } from "../../store/postgres/lane.ts";
import type { Store } from "../../store/store.ts";
import { type BalanceRow, closingBalance } from "../audit/closing-balance.ts";
import type { Cut } from "../audit/posting.ts";
import { isBeingDetached } from "../leaving-month.ts";
import type { DetachedMonth, MonthToDetach } from "../month-to-detach.ts";
import { type EventMonth, findMonth, isLockRefused, LOCK_GATE } from "./event-months.ts";
import { type Reckoned, takeMonthOut } from "./take-month-out.ts";

/** The month is told of more while it is reckoned: then it is reckoned again. */
const RECKONINGS_MOST = 4;
/** For a node that is about to end, or whose connection was just lost. */
const TURN_MS_MOST = 2_000;
const GATE_TRIES_MOST = 10;
const GATE_PAUSE_MS = 100;
/** No single statement of this work takes longer; a network that swallows what is sent never says so itself. */
const STATEMENT_MS_MOST = 120_000;

/**
 * Refuses (`conflict`) a month that is not over, that an earlier one comes before, that has open calls, whose roll-ups are
 * not what its events say, or that is told of events all the time; and (`not_found`) one that has none. Calls go on meanwhile:
 * they wait some milliseconds at its end. Nothing half done is ever seen: run again, it begins anew.
 */
export async function detachMonth(
  on: { readonly store: Store; readonly url: string },
  asked: MonthToDetach,
): Promise<DetachedMonth> {
  const lane = openLane({ url: on.url, purpose: "detach", patient: true });
  try {
    await takeTurn(lane);
    return await detach({ ...on, lane: bounded(lane) }, asked);
  } catch (fault) {
    if (!isLost(fault)) throw fault;
    const message =
      "The connection to PostgreSQL was lost, and nothing was changed. Detach the month again.";
    throw new AppError("enforcement_unavailable", message, {}, { cause: fault });
  } finally {
    await giveTurn(lane);
    lane.close();
  }
}

interface Detaching {
  readonly store: Store;
  readonly url: string;
  readonly lane: Lane;
}

async function detach(on: Detaching, asked: MonthToDetach): Promise<DetachedMonth> {
  const { lane } = on;
  const month = await findMonth(lane, asked);
  // Of this session only, and gone with it: rows that are not the balance yet leave nothing behind.
  await lane.query("create temp table reckoned_balances (like closing_balances)");
  for (let reckoning = 1; ; reckoning += 1) {
    asked.signal?.throwIfAborted();
    const counted = await reckon(on, month, asked).catch((fault) => {
      // An event that came meanwhile can be seen in one sum and not yet in the other.
      if (reckoning < RECKONINGS_MOST && isConflict(fault)) return null;
      throw fault;
    });
    if (counted === null) continue;
    const { events, balances } = counted;
    const detached = {
      events,
      balances,
      table: month.detachedAs,
      archive: null,
      bytes: month.bytes,
    };
    if (asked.dryRun) return detached;
    const { actor, now, signal } = asked;
    const taken = await takeMonthOut(on, { month, counted, actor, now, signal });
    if (taken === "taken") return detached;
    if (reckoning === RECKONINGS_MOST) throw toldOfMore(month);
  }
}

async function reckon(
  { store, lane }: Detaching,
  { span }: EventMonth,
  asked: MonthToDetach,
): Promise<Reckoned> {
  await lane.query("truncate reckoned_balances");
  const cut = await cutBehindAll(lane);
  let [events, balances] = [0, 0];
  const of = { month: span.from, now: asked.now };
  const balance = await closingBalance(store, of, async (rows) => {
    asked.signal?.throwIfAborted();
    if (!asked.dryRun) await keep(lane, rows);
    balances += rows.length;
    for (const row of rows) events += Number(row.events);
    asked.onProgress?.({ events, balances });
  });
  return { cut, events: balance.events, balances: balance.rows };
}

/**
 * How far the log has been written, at a moment when nobody was writing it. Without the gate a batch could have been given
 * a lower number and not have been committed: its event would be in the month, and in no balance.
 */
async function cutBehindAll(lane: Lane): Promise<Cut> {
  for (let tries = 1; ; tries += 1) {
    try {
      await lane.query("begin");
      await lane.query(LOCK_GATE);
      const [row] = await lane.query(`select
        (select coalesce(max(seq), 0) from events) as seq, (select coalesce(max(id), 0) from corrections) as correction`);
      await lane.query("commit");
      return { seq: BigInt(String(row?.["seq"])), correction: BigInt(String(row?.["correction"])) };
    } catch (fault) {
      if (!lane.isLost) await lane.query("rollback");
      if (!isLockRefused(fault) || tries === GATE_TRIES_MOST) throw fault;
      await sleep(GATE_PAUSE_MS);
    }
  }
}

async function keep(lane: Lane, rows: readonly BalanceRow[]): Promise<void> {
  // Whole numbers beyond 2^53 travel as text.
  const json = JSON.stringify(rows, (_name, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  await lane.query(
    `insert into reckoned_balances
      select * from json_populate_recordset(null::closing_balances, $1::text::json)`,
    [json],
  );
}

/** One node detaches at a time. The lock is the session's, as everything here: lost together, or not at all. */
async function takeTurn(lane: Lane): Promise<void> {
  try {
    await lane.query(`set lock_timeout = ${TURN_MS_MOST}`);
    await lane.query("select pg_advisory_lock(1347770963, hashtext('detach-month'))");
    await lane.query("set lock_timeout = 0");
  } catch (fault) {
    if (!isLockRefused(fault)) throw fault;
    throw isBeingDetached();
  }
}

async function giveTurn(lane: Lane): Promise<void> {
  if (lane.isLost) return;
  // Where it fails, the end of the session gives it back.
  await lane.query("select pg_advisory_unlock_all()").catch(() => undefined);
}

function bounded(lane: Lane): Lane {
  return {
    id: lane.id,
    get isLost() {
      return lane.isLost;
    },
    close: () => lane.close(),
    async query(sql, parameters) {
      const deadline = setTimeout(() => lane.close(), STATEMENT_MS_MOST);
      try {
        return await lane.query(sql, parameters);
      } finally {
        clearTimeout(deadline);
      }
    },
  };
}

function isConflict(fault: unknown): boolean {
  return fault instanceof AppError && fault.code === "conflict";
}

function toldOfMore({ name }: EventMonth): AppError {
  return new AppError(
    "conflict",
    `Events of ${name} are being told all the time, so it cannot be closed. Detach it when they have ended.`,
    { field: "month" },
  );
}
