/** A customer's usage log: one line an event, newest first, in pages that stay stable while events come in. */
import { invalidField } from "../core/errors.ts";
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Store } from "../store/store.ts";
import { type CorrectionRow, type UsageLog, usageLogOf } from "./usage-log.ts";

export interface LogFilter {
  readonly customerId: CustomerId;
  readonly provider?: string;
  /** As it was asked for, or as it answered. */
  readonly model?: string;
  readonly statusCode?: number;
  /** Start of a usage period. */
  readonly periodStart?: Instant;
  readonly from?: Instant;
  /** Exclusive. */
  readonly to?: Instant;
}

export interface LogPage {
  readonly logs: UsageLog[];
  readonly total_count: number;
  readonly limit: number;
  readonly offset: number;
  readonly has_more: boolean;
  readonly next_cursor?: string;
}

/** `cursor` is where an earlier page ended and outranks `offset`. */
export async function readLogs(
  store: Store,
  filter: LogFilter,
  page: { limit: number; offset: number; cursor?: string },
): Promise<LogPage> {
  const after = page.cursor === undefined ? null : readCursor(page.cursor);
  const [rows, totalCount] = await Promise.all([
    readPage(store, filter, { ...page, after }),
    countEvents(store, filter),
  ]);
  const shown = rows.slice(0, page.limit);
  const corrections = await readCorrections(
    store,
    shown.map(({ id }) => id),
  );
  const last = shown.at(-1);
  const hasMore = rows.length > page.limit;
  return {
    logs: shown.map((row) => usageLogOf(row, corrections.get(row.id) ?? [])),
    total_count: totalCount,
    limit: page.limit,
    offset: after === null ? page.offset : 0,
    has_more: hasMore,
    ...(hasMore && last !== undefined ? { next_cursor: writeCursor(last.at, last.seq) } : {}),
  };
}

interface Cursor {
  readonly at: bigint;
  readonly seq: bigint;
}

/** One row more than asked for tells whether there is another page. */
function readPage(
  store: Store,
  filter: LogFilter,
  page: { limit: number; offset: number; after: Cursor | null },
) {
  const { after } = page;
  let query = filteredEvents(store, filter)
    .leftJoin("event_details", "event_details.event_id", "events.id")
    .select([
      "seq",
      "id",
      "at",
      "period_start",
      "provider",
      "model",
      "answered_model",
      "endpoint",
      "status_code",
      "usage",
      "cost",
      "lines",
      "latency_ms",
      "retry_count",
      "error_message",
    ])
    .orderBy("at", "desc")
    .orderBy("seq", "desc")
    .limit(page.limit + 1);
  query =
    after === null
      ? query.offset(page.offset)
      : query.where((eb) => eb(eb.refTuple("at", "seq"), "<", eb.tuple(after.at, after.seq)));
  return query.execute();
}

function filteredEvents(store: Store, filter: LogFilter) {
  let query = store.db.selectFrom("events").where("events.customer_id", "=", filter.customerId);
  if (filter.provider !== undefined) query = query.where("provider", "=", filter.provider);
  const { model } = filter;
  if (model !== undefined) {
    query = query.where((eb) => eb.or([eb("model", "=", model), eb("answered_model", "=", model)]));
  }
  if (filter.statusCode !== undefined) {
    query = query.where("status_code", "=", BigInt(filter.statusCode));
  }
  if (filter.periodStart !== undefined) {
    query = query.where("period_start", "=", BigInt(filter.periodStart));
  }
  if (filter.from !== undefined) query = query.where("at", ">=", BigInt(filter.from));
  if (filter.to !== undefined) query = query.where("at", "<", BigInt(filter.to));
  return query;
}

/** From roll-ups where they know the answer; a status, an exact time or the model that answered only the events know. */
async function countEvents(store: Store, filter: LogFilter): Promise<number> {
  const { model, statusCode, from, to } = filter;
  if ([model, statusCode, from, to].some((wanted) => wanted !== undefined)) {
    const row = await filteredEvents(store, filter)
      .select(({ fn }) => fn.countAll<bigint>().as("count"))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }
  // Of a month that was detached there is a balance, and no line to show.
  const [written, left] = await Promise.all([
    sumOfEvents(store, "rollups_day", filter),
    sumOfEvents(store, "closing_balances", filter),
  ]);
  return Math.max(0, written - left);
}

async function sumOfEvents(
  store: Store,
  table: "rollups_day" | "closing_balances",
  filter: LogFilter,
): Promise<number> {
  let query = store.db
    .selectFrom(table)
    .where("customer_id", "=", filter.customerId)
    .select(({ fn }) => fn.sum<bigint | null>("events").as("count"));
  if (filter.provider !== undefined) query = query.where("provider", "=", filter.provider);
  if (filter.periodStart !== undefined) {
    query = query.where("period_start", "=", BigInt(filter.periodStart));
  }
  const row = await query.executeTakeFirst();
  return Number(row?.count ?? 0n);
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

function writeCursor(at: bigint, seq: bigint): string {
  return Buffer.from(`${at}.${seq}`).toString("base64url");
}

function readCursor(text: string): Cursor {
  const match = /^(\d{1,15})\.(\d{1,16})$/.exec(Buffer.from(text, "base64url").toString("latin1"));
  if (match?.[1] === undefined || match[2] === undefined) {
    throw invalidField("cursor", "must be the next_cursor of an earlier page.");
  }
  return { at: BigInt(match[1]), seq: BigInt(match[2]) };
}
