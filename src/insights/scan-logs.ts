/** Reads the log newest first, in stretches that each cost little, however rare what is wanted. */
import { sql } from "kysely";
import type { Store } from "../store/store.ts";
import {
  eventsInSpan,
  filteredEvents,
  type LogFilter,
  looksAtRows,
  type Place,
} from "./log-filter.ts";
import { type CorrectionRow, type EventRow, type UsageLog, usageLogOf } from "./usage-log.ts";

/** Events that one statement looks at. */
const STRETCH_LEAST = 2_000;
const STRETCH_MOST = 20_000;

export interface Scanned {
  readonly rows: readonly LogRow[];
  /** Everything before it was looked at; null: the log has ended. */
  readonly next: Place | null;
}

export type LogRow = EventRow & { readonly customer_id: string };

/**
 * At most `most` rows after that place. `next` tells whether there may be more: where `lookAtMost` events were looked at, it
 * comes with fewer rows, even none.
 */
export async function scanLogs(
  store: Store,
  filter: LogFilter,
  page: { readonly after: Place | null; readonly most: number; readonly lookAtMost: number },
): Promise<Scanned> {
  if (!looksAtRows(filter)) return nextRows(store, filter, page);
  const rows: LogRow[] = [];
  let { after } = page;
  let size = Math.max(STRETCH_LEAST, page.most);
  for (let lookedAt = 0; lookedAt < page.lookAtMost; lookedAt += size) {
    size = Math.min(size * (lookedAt === 0 ? 1 : 2), STRETCH_MOST);
    const end = await placeBehind(store, filter, { after, skip: size - 1 });
    const wanted = { after, until: end, most: page.most - rows.length };
    const found = await nextRows(store, filter, wanted);
    rows.push(...found.rows);
    after = found.next ?? end;
    if (rows.length === page.most || after === null) break;
  }
  return { rows, next: after };
}

/** One row more than wanted tells whether there is another. */
async function nextRows(
  store: Store,
  filter: LogFilter,
  of: { readonly after: Place | null; readonly until?: Place | null; readonly most: number },
): Promise<Scanned> {
  const found = await selectLogRows(store, filter)
    .where(isBehind(of.after))
    .where(isUntil(of.until ?? null))
    .orderBy("at", "desc")
    .orderBy("seq", "desc")
    .limit(of.most + 1)
    .execute();
  const rows = found.slice(0, of.most);
  const last = rows.at(-1);
  return { rows, next: found.length > of.most && last !== undefined ? placeOf(last) : null };
}

/** With the words that are kept beside the events. */
export function selectLogRows(store: Store, filter: LogFilter) {
  return filteredEvents(store, filter)
    .leftJoin("event_details", "event_details.event_id", "events.id")
    .select([
      "seq",
      "id",
      "events.customer_id",
      "at",
      "period_start",
      "provider",
      "model",
      "answered_model",
      "operation",
      "endpoint",
      "key_id",
      "source",
      "status_code",
      "usage",
      "cost",
      "lines",
      "latency_ms",
      "retry_count",
      "error_message",
    ]);
}

/** The event that so many of the customer's come before; null: there are fewer. From the index alone. */
export async function placeBehind(
  store: Store,
  filter: LogFilter,
  of: { readonly after: Place | null; readonly skip: number; readonly isFiltered?: boolean },
): Promise<Place | null> {
  const events = of.isFiltered === true ? filteredEvents : eventsInSpan;
  const row = await events(store, filter)
    .where(isBehind(of.after))
    .select(["at", "seq"])
    .orderBy("at", "desc")
    .orderBy("seq", "desc")
    .offset(of.skip)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : placeOf(row);
}

/** The instant alone says the same of whole months, so that PostgreSQL leaves their tables out. */
function isBehind(after: Place | null) {
  return after === null
    ? sql<boolean>`true`
    : sql<boolean>`(at <= ${after.at} and (at, seq) < (${after.at}, ${after.seq}))`;
}

function isUntil(last: Place | null) {
  return last === null
    ? sql<boolean>`true`
    : sql<boolean>`(at >= ${last.at} and (at, seq) >= (${last.at}, ${last.seq}))`;
}

function placeOf({ at, seq }: Place): Place {
  return { at, seq };
}

/** With what was corrected later folded in. */
export async function foldedLogs(store: Store, rows: readonly LogRow[]): Promise<UsageLog[]> {
  const corrections = await readCorrections(
    store,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => usageLogOf(row, corrections.get(row.id) ?? []));
}

async function readCorrections(
  store: Store,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, readonly CorrectionRow[]>> {
  if (eventIds.length === 0) return new Map();
  const rows = await store.db
    .selectFrom("corrections")
    .select(["event_id", "usage_delta", "cost_delta"])
    .where("event_id", "in", eventIds)
    .execute();
  return Map.groupBy(rows, (row) => row.event_id);
}
