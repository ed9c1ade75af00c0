/** The one transaction in which a month of events leaves: its balance comes, its table goes, and nobody sees the one without the other. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Instant, instant } from "../../core/instant.ts";
import { isLost } from "../../store/postgres/faults.ts";
import { type Lane, openLane, type Parameter } from "../../store/postgres/lane.ts";
import { wasCommitted } from "../../store/postgres/transaction.ts";
import type { Store } from "../../store/store.ts";
import { closedBefore, setClosedBefore } from "../audit/closed-before.ts";
import type { Cut } from "../audit/posting.ts";
import { ROLLUP_SUMS } from "../derived-sum.ts";
import { hasOpenCalls, refusal } from "../leaving-month.ts";
import { addWhereThere } from "../rollup-sql.ts";
import { type EventMonth, isLockRefused, LOCK_GATE, openCalls } from "./event-months.ts";

/** What the rows in `reckoned_balances` are made of. */
export interface Reckoned {
  /** Every row of the log up to here is in them; of a later one nobody knows. */
  readonly cut: Cut;
  readonly events: number;
  /** How many rows there are. */
  readonly balances: number;
}

interface TakeOut {
  readonly month: EventMonth;
  readonly counted: Reckoned;
  readonly actor: string;
  readonly now: Instant;
  readonly signal: AbortSignal | undefined;
}

/** `stale`: the month has been told of more since it was reckoned, and nothing was changed. */
export type TakenOut = "taken" | "stale";

/** A reader may keep the table for 2 s; while it is waited for, calls wait too, so it is waited for shortly and often. */
const LOCK_TRIES_MOST = 30;
const LOCK_PAUSE_MS = 300;

/** The reckoned rows are in `reckoned_balances` of this lane. Refuses (`conflict`) a month that has open calls, or is in use. */
export async function takeMonthOut(
  on: { readonly store: Store; readonly url: string; readonly lane: Lane },
  of: TakeOut,
): Promise<TakenOut> {
  const { lane } = on;
  await lane.query("begin");
  let isCommitting = false;
  let xid = "";
  try {
    const [begun] = await lane.query("select pg_current_xact_id()::text as xid");
    xid = String(begun?.["xid"]);
    await lane.query(INSERT_BALANCES);
    await lockMonth(lane, of);
    if (await isStale(lane, of)) {
      await lane.query("rollback");
      return "stale";
    }
    await detachTable(on, of);
    isCommitting = true;
    await lane.query("commit");
  } catch (fault) {
    if (isCommitting && isLost(fault)) {
      if (!(await isOut(on.url, { xid, month: of.month }))) throw fault;
    } else {
      if (!lane.isLost) await lane.query("rollback");
      throw fault;
    }
  }
  return "taken";
}

/** Its new name was free, so it shows what became of the transaction once that has ended. */
function isOut(url: string, { xid, month }: { xid: string; month: EventMonth }): Promise<boolean> {
  return wasCommitted({ extra: () => openLane({ url, purpose: "detach" }) }, xid, {
    sql: "select to_regclass($1) is not null as is_proven",
    parameters: [month.detachedAs],
  });
}

/** A month that was closed before, and was told of more since, has both balances in one. */
const INSERT_BALANCES = `
  insert into closing_balances select * from reckoned_balances
  ${addWhereThere("closing_balances", ROLLUP_SUMS)}`;

/**
 * First the gate: when no batch is running, none can wait for us while we wait for it. Then both tables, which only
 * readers have in use.
 */
async function lockMonth(lane: Lane, { month, signal }: TakeOut): Promise<void> {
  await lane.query("savepoint unlocked");
  for (let tries = 1; ; tries += 1) {
    signal?.throwIfAborted();
    try {
      await lane.query(LOCK_GATE);
      await lane.query("lock table only events in access exclusive mode");
      await lane.query(`lock table only ${month.table} in access exclusive mode`);
      return;
    } catch (fault) {
      if (!isLockRefused(fault)) throw fault;
      if (tries === LOCK_TRIES_MOST) {
        throw refusal(
          month.name,
          "is being read all the time. Detach it when there is less to do.",
        );
      }
      // Gives back every lock, so that calls go on.
      await lane.query("rollback to savepoint unlocked");
      await sleep(LOCK_PAUSE_MS);
    }
  }
}

async function isStale(lane: Lane, { month, counted: { cut } }: TakeOut): Promise<boolean> {
  const open = await openCalls(lane, month.span);
  if (open > 0) throw hasOpenCalls(month.name, open);
  const [row] = await lane.query(
    `select exists (select from ${month.table} where seq > $1) or exists (
      select from corrections c join ${month.table} e on e.id = c.event_id where c.id > $2) as stale`,
    [cut.seq, cut.correction],
  );
  return row?.["stale"] === true;
}

async function detachTable(
  { store, lane }: { readonly store: Store; readonly lane: Lane },
  { month, counted, actor, now }: TakeOut,
): Promise<void> {
  const closed = setClosedBefore(store, await closedUntil(store, month)).compile();
  await lane.query(closed.sql, closed.parameters as readonly Parameter[]);
  await lane.query(
    "insert into audit_log (at, actor, action, subject, details) values ($1, $2, 'events.detach', $3, $4)",
    [
      now,
      actor,
      month.name,
      JSON.stringify({
        table: month.detachedAs,
        events: counted.events,
        balances: counted.balances,
      }),
    ],
  );
  await lane.query(`alter table events detach partition ${month.table}`);
  await lane.query(`alter table ${month.table} rename to ${month.detachedAs}`);
}

/** It rises each time, also where an earlier month leaves again: by that an audit that runs sees it. */
async function closedUntil(store: Store, { span }: EventMonth): Promise<Instant> {
  const before = await closedBefore(store);
  return instant(Math.max(span.to, (before ?? 0) + 1));
}
