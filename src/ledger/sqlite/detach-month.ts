/** Takes a month that is over out of the table of events on SQLite, into an archive, once its closing balance is reckoned. */
import type { Instant } from "../../core/instant.ts";
import type { Store } from "../../store/store.ts";
import { archivesOf, freeArchiveName } from "../archive-names.ts";
import { setClosedBefore } from "../audit/closed-before.ts";
import { closingBalance } from "../audit/closing-balance.ts";
import { readCut } from "../audit/read-cut.ts";
import { monthOf } from "../audit/span.ts";
import {
  hasOpenCalls,
  type LeavingMonth,
  leavingMonth,
  monthName,
  noEventsOf,
  notFirst,
  refusal,
} from "../leaving-month.ts";
import type { DetachedMonth, MonthToDetach, WriteArchive } from "../month-to-detach.ts";
import { type Detaching, freeze, noteArchive, readDetaching, thaw } from "./detaching.ts";
import { firstEventAt } from "./first-month.ts";
import { closedUntil, takeMonthOut } from "./take-month-out.ts";

interface On {
  readonly store: Store;
  readonly writeArchive: WriteArchive;
}

/**
 * One at a time: that is the caller's to see to. Refuses (`conflict`) a month that is not over, that an earlier one comes
 * before, that has open calls, or whose roll-ups are not what its events say; and (`not_found`) one that has no events. An
 * end before its archive is noted leaves all as it was; one after it is gone on with by `goOnDetaching`, or by asking again.
 */
export async function detachMonth(on: On, asked: MonthToDetach): Promise<DetachedMonth> {
  const { store } = on;
  const month = leavingMonth(asked);
  const begun = asked.dryRun ? await readDetaching(store) : await pickUp(store);
  const archived = begun?.archive ?? null;
  if (begun !== null && begun.span.from !== month.span.from) throw isLeaving(month, begun);
  if (archived !== null && !asked.dryRun) return await finish(on, archived, asked);
  await refuseUnready(store, month);
  const reckoned = await reckon(store, asked);
  if (reckoned.events === 0) throw noEventsOf(month.name);
  if (asked.dryRun) return { ...reckoned, table: null, archive: null, bytes: null };
  const name = await freeArchiveName(store, month.name);
  await archive(on, { month, name, balances: reckoned.balances, asked });
  return await finish(on, name, asked);
}

/** Goes on with what a crash, or an end, interrupted; nothing where there is nothing. */
export async function goOnDetaching(
  { store }: Pick<On, "store">,
  signal?: AbortSignal,
): Promise<void> {
  const begun = await pickUp(store);
  if (begun !== null) await takeMonthOut(store, begun, signal);
}

/** A month whose archive was not finished begins anew, with its events as they are by then. */
async function pickUp(store: Store): Promise<Detaching | null> {
  const begun = await readDetaching(store);
  if (begun === null || begun.archive !== null) return begun;
  await thaw(store);
  return null;
}

async function reckon(
  store: Store,
  { month, now, signal, onProgress }: MonthToDetach,
): Promise<{ events: number; balances: number }> {
  let [events, balances] = [0, 0];
  await closingBalance(store, { month, now }, async (rows) => {
    signal?.throwIfAborted();
    balances += rows.length;
    for (const row of rows) events += Number(row.events);
    onProgress?.({ events, balances });
  });
  return { events, balances };
}

async function archive(
  { store, writeArchive }: On,
  of: {
    readonly month: LeavingMonth;
    readonly name: string;
    readonly balances: number;
    readonly asked: MonthToDetach;
  },
): Promise<void> {
  const { month, name, balances } = of;
  const { actor, now, signal } = of.asked;
  await freeze(store, month);
  try {
    const frozen = await readDetaching(store);
    const { correction } = await readCut(store);
    const until = { seq: frozen?.seq ?? 0n, correction };
    const events = { table: "events", span: month.span, until };
    const written = await writeArchive({ name, events, signal });
    const closed = setClosedBefore(store, await closedUntil(store, month.span));
    await noteArchive(store, { name, written, balances, actor, now }, closed);
  } catch (fault) {
    // Where the database itself is away, whoever goes on does it.
    await thaw(store).catch(() => undefined);
    throw fault;
  }
}

/** What is told is what the archive holds. */
async function finish(
  { store }: On,
  name: string,
  { signal }: MonthToDetach,
): Promise<DetachedMonth> {
  const begun = await readDetaching(store);
  if (begun !== null) await takeMonthOut(store, begun, signal);
  const row = await store.db
    .selectFrom("archives")
    .select(["events", "balances", "bytes"])
    .where("month", "=", name)
    .executeTakeFirstOrThrow();
  const [events, balances, bytes] = [row.events, row.balances, row.bytes].map(Number);
  return {
    events: events ?? 0,
    balances: balances ?? 0,
    table: null,
    archive: name,
    bytes: bytes ?? 0,
  };
}

async function refuseUnready(store: Store, { name, span }: LeavingMonth): Promise<void> {
  const first = await firstEventAt(store);
  if (first === null || first >= span.to) throw await absent(store, name);
  if (first < span.from) throw notFirst(name, monthName(first));
  const open = await openCalls(store, span);
  if (open > 0) throw hasOpenCalls(name, open);
}

async function openCalls({ db }: Store, span: { from: Instant; to: Instant }): Promise<number> {
  const row = await db
    .selectFrom("reservations")
    .select(({ fn }) => fn.countAll<bigint>().as("open"))
    .where("state", "=", "pending")
    .where("at", ">=", BigInt(span.from))
    .where("at", "<", BigInt(span.to))
    .executeTakeFirstOrThrow();
  return Number(row.open);
}

async function absent(store: Store, name: string) {
  const last = (await archivesOf(store, name)).at(-1);
  return last === undefined
    ? noEventsOf(name)
    : refusal(name, `was detached before. Its events are in the archive ${last}.`);
}

function isLeaving(wanted: LeavingMonth, begun: Detaching) {
  const other = monthName(monthOf(begun.span.from).from);
  return refusal(wanted.name, `has to wait: the events of ${other} are leaving. Try again soon.`);
}
