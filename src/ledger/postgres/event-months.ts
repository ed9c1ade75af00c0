/** Finds the month of events that is to leave, and says why it may not leave yet. */
import type { AppError } from "../../core/errors.ts";
import type { Instant } from "../../core/instant.ts";
import { codeOf, isTransient } from "../../store/postgres/faults.ts";
import type { Lane } from "../../store/postgres/lane.ts";
import type { Span } from "../audit/span.ts";
import {
  hasOpenCalls,
  type LeavingMonth,
  leavingMonth,
  noEventsOf,
  notFirst,
  refusal,
} from "../leaving-month.ts";

export interface EventMonth extends LeavingMonth {
  /** Its table, and what that will be called. */
  readonly table: string;
  readonly detachedAs: string;
  readonly bytes: number;
}

/** A month may have been detached before, told of more, and be detached again, and again. */
const NAMES_MOST = 1_000;

/** Alone: no batch of any node is running then, and the next ones wait. Held until the transaction ends. */
export const LOCK_GATE = `do $$ begin
  perform set_config('lock_timeout', '400', true);
  perform set_config('idle_in_transaction_session_timeout', '5000', true);
  perform pg_advisory_xact_lock(1347770963, 1);
end $$`;

/** Refuses as `detachMonth` says. */
export async function findMonth(
  lane: Lane,
  asked: { readonly month: Instant; readonly now: Instant },
): Promise<EventMonth> {
  const { name, span } = leavingMonth(asked);
  const table = `events_${name.replace("-", "_")}`;
  const attached = await attachedTables(lane);
  if (!attached.includes(table)) throw await absent(lane, name, table);
  const [first = table] = attached;
  if (first !== table) {
    const before = first.slice("events_".length).replace("_", "-");
    throw notFirst(name, before);
  }
  const open = await openCalls(lane, span);
  if (open > 0) throw hasOpenCalls(name, open);
  const [size] = await lane.query("select pg_total_relation_size(to_regclass($1)) as bytes", [
    table,
  ]);
  const detachedAs = await freeName(lane, `detached_${table}`);
  return { name, span, table, detachedAs, bytes: Number(size?.["bytes"]) };
}

/** The months of events that are there, the earliest first. */
async function attachedTables(lane: Lane): Promise<string[]> {
  const rows = await lane.query(
    `select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'events'::regclass order by 1`,
  );
  return rows.map((row) => String(row["name"]));
}

export async function openCalls(lane: Lane, { from, to }: Span): Promise<number> {
  const [row] = await lane.query(
    "select count(*) as open from reservations where state = 'pending' and at >= $1 and at < $2",
    [from, to],
  );
  return Number(row?.["open"]);
}

async function freeName(lane: Lane, wanted: string): Promise<string> {
  for (let again = 1; again <= NAMES_MOST; again += 1) {
    const name = again === 1 ? wanted : `${wanted}_${again}`;
    if (!(await isThere(lane, name))) return name;
  }
  throw new Error(`There are too many tables ${wanted}_….`);
}

async function isThere(lane: Lane, table: string): Promise<boolean> {
  const [row] = await lane.query("select to_regclass($1) is not null as there", [table]);
  return row?.["there"] === true;
}

async function absent(lane: Lane, name: string, table: string): Promise<AppError> {
  if (!(await isThere(lane, `detached_${table}`))) {
    return noEventsOf(name);
  }
  return refusal(name, `was detached before. Its events are in the table detached_${table}.`);
}

/** Somebody else has the lock; nothing has happened. */
export function isLockRefused(fault: unknown): boolean {
  return isTransient(fault) && codeOf(fault) !== "40001";
}
