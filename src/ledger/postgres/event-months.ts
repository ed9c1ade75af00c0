/** Finds the month of events that is to leave, and says why it may not leave yet. */
import { AppError } from "../../core/errors.ts";
import { DAY_MS, formatDate, formatInstant, type Instant, instant } from "../../core/instant.ts";
import { codeOf, isTransient } from "../../store/postgres/faults.ts";
import type { Lane } from "../../store/postgres/lane.ts";
import { monthOf, type Span } from "../audit/span.ts";

export interface EventMonth {
  /** `2026-01` */
  readonly name: string;
  readonly span: Span;
  /** Its table, and what that will be called. */
  readonly table: string;
  readonly detachedAs: string;
  readonly bytes: number;
}

/** Until then a call that was released may be settled late, into the month that it was made in. */
const REST_MS = DAY_MS;
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
  const span = monthOf(asked.month);
  const name = formatInstant(span.from).slice(0, 7);
  const leavesFrom = instant(span.to + REST_MS);
  if (asked.now < leavesFrom) {
    throw refusal(name, `is not over long enough. It may leave from ${formatDate(leavesFrom)} on.`);
  }
  const table = `events_${name.replace("-", "_")}`;
  const attached = await attachedTables(lane);
  if (!attached.includes(table)) throw await absent(lane, name, table);
  const [first = table] = attached;
  if (first !== table) {
    const before = first.slice("events_".length).replace("_", "-");
    throw refusal(name, `is not the first month. Detach ${before} before it.`);
  }
  const open = await openCalls(lane, span);
  if (open > 0) {
    throw refusal(name, `has ${open} open calls. Detach it when they have ended.`);
  }
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
    const message = `There are no events of ${name}. There is nothing to detach.`;
    return new AppError("not_found", message, { field: "month" });
  }
  return refusal(name, `was detached before. Its events are in the table detached_${table}.`);
}

export function refusal(name: string, why: string): AppError {
  return new AppError("conflict", `The month ${name} ${why}`, { field: "month" });
}

/** Somebody else has the lock; nothing has happened. */
export function isLockRefused(fault: unknown): boolean {
  return isTransient(fault) && codeOf(fault) !== "40001";
}
