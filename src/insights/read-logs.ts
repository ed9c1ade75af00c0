/** A customer's usage log: one line an event, newest first, in pages that stay stable while events come in. */
import type { Store } from "../store/store.ts";
import { countLogs } from "./count-logs.ts";
import { readCursor, writeCursor } from "./log-cursor.ts";
import { isSummed, type LogFilter } from "./log-filter.ts";
import { foldedLogs, type Scanned, scanLogs } from "./scan-logs.ts";
import { placeAfter } from "./skip-logs.ts";
import type { UsageLog } from "./usage-log.ts";

export interface LogPage {
  readonly logs: UsageLog[];
  readonly total_count: number;
  /** Counting ended early: there may be more. */
  readonly total_count_is_capped?: true;
  readonly limit: number;
  readonly offset: number;
  readonly has_more: boolean;
  readonly next_cursor?: string;
}

/** For one page; then it ends with what was found, and a cursor. */
const LOOKED_AT_MOST = 50_000;

/** `cursor` is where an earlier page ended and outranks `offset`. Refuses (`invalid_request`) what is no cursor. */
export async function readLogs(
  store: Store,
  filter: LogFilter,
  page: { readonly limit: number; readonly offset: number; readonly cursor?: string },
): Promise<LogPage> {
  const cursor = page.cursor === undefined ? null : readCursor(page.cursor);
  const [{ rows, next }, { count, isCapped }] = await Promise.all([
    cursor === null
      ? scanFrom(store, filter, page)
      : scanLogs(store, filter, { after: cursor, most: page.limit, lookAtMost: LOOKED_AT_MOST }),
    cursor?.counted ?? countLogs(store, filter),
  ]);
  const counted = isSummed(filter) ? null : { count, isCapped };
  return {
    logs: await foldedLogs(store, rows),
    total_count: count,
    ...(isCapped ? { total_count_is_capped: true } : {}),
    limit: page.limit,
    offset: cursor === null ? page.offset : 0,
    has_more: next !== null,
    ...(next === null ? {} : { next_cursor: writeCursor({ ...next, counted }) }),
  };
}

async function scanFrom(
  store: Store,
  filter: LogFilter,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<Scanned> {
  const place = await placeAfter(store, filter, offset);
  if (place === "beyond") return { rows: [], next: null };
  const after = place === "atStart" ? null : place;
  return scanLogs(store, filter, { after, most: limit, lookAtMost: LOOKED_AT_MOST });
}
