/** How many lines of the log a filter has, without looking at them where sums know it. */
import { DAY_MS, nearestInstant } from "../core/instant.ts";
import { closedBefore } from "../ledger/audit/closed-before.ts";
import { OWN_STARTS } from "../store/own-starts.ts";
import type { Store } from "../store/store.ts";
import { eventsInSpan, filteredEvents, isSummed, type LogFilter, spanOf } from "./log-filter.ts";

export interface LogCount {
  readonly count: number;
  /** There may be more: only the newest events were looked at. */
  readonly isCapped: boolean;
}

/** Events that are looked at to count those of a filter that no sum knows. */
const LOOKED_AT_MOST = 50_000;

export async function countLogs(store: Store, filter: LogFilter): Promise<LogCount> {
  if (!isSummed(filter)) return countByLooking(store, filter);
  const { from = 0, to = null } = filter;
  const closed = await closedBefore(store);
  // Of closed months sums remain, and lines only where events were told later: those few are counted.
  const kept = closed === null ? 0 : closed - (closed % DAY_MS);
  const start = Math.max(from, kept);
  const firstDay = Math.ceil(start / DAY_MS) * DAY_MS;
  const lastDay = to === null ? null : Math.floor(to / DAY_MS) * DAY_MS;
  const spans: readonly Span[] =
    lastDay !== null && lastDay <= firstDay
      ? [{ from, to }]
      : [
          { from, to: Math.min(kept, to ?? kept) },
          { from: start, to: firstDay },
          ...(lastDay === null ? [] : [{ from: lastDay, to }]),
        ];
  const counts = await Promise.all([
    ...spans.map((span) => countEvents(store, filter, span)),
    lastDay !== null && lastDay <= firstDay ? 0 : sumOfDays(store, filter, firstDay, lastDay),
  ]);
  return { count: counts.reduce((sum, count) => sum + count, 0), isCapped: false };
}

/** Half open, in milliseconds; null: the end is open. */
interface Span {
  readonly from: number;
  readonly to: number | null;
}

async function countEvents(store: Store, filter: LogFilter, { from, to }: Span): Promise<number> {
  if (to !== null && to <= from) return 0;
  // The day that holds the last instant ends after it.
  const end = to === null ? {} : { to: nearestInstant(to) };
  const within = { ...filter, from: nearestInstant(from), ...end };
  const row = await filteredEvents(store, within)
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Whole UTC days. Where none is left out, the few rows of whole periods know it. */
async function sumOfDays(
  store: Store,
  filter: LogFilter,
  firstDay: number,
  lastDay: number | null,
): Promise<number> {
  const isWhole = firstDay === 0 && lastDay === null;
  let query = summedRows(store, isWhole ? "rollups_period" : "rollups_day", filter).select(
    ({ fn }) => fn.sum<bigint | null>("events").as("count"),
  );
  if (!isWhole) query = query.where(OWN_STARTS, ">=", BigInt(firstDay));
  if (lastDay !== null) query = query.where(OWN_STARTS, "<", BigInt(lastDay));
  const row = await query.executeTakeFirst();
  return Number(row?.count ?? 0n);
}

/** The roll-ups of what the filter wants, of any time. */
export function summedRows(
  store: Store,
  table: "rollups_day" | "rollups_period",
  filter: LogFilter,
) {
  let query = store.db.selectFrom(table);
  const { customerId, provider, operation, keyId, status, periodStart } = filter;
  if (customerId !== null) query = query.where("customer_id", "=", customerId);
  if (provider !== undefined) query = query.where("provider", "=", provider);
  if (operation !== undefined) query = query.where("operation", "=", operation);
  if (keyId !== undefined) query = query.where("key_id", "=", keyId);
  if (status !== undefined) query = query.where("outcome", "=", status);
  if (periodStart !== undefined) query = query.where("period_start", "=", BigInt(periodStart));
  return query;
}

/** Counts among the newest events only; how many there are beyond, nobody needs to the last one. */
async function countByLooking(store: Store, filter: LogFilter): Promise<LogCount> {
  const beyond = await eventsInSpan(store, filter)
    .select("at")
    .orderBy("at", "desc")
    .orderBy("seq", "desc")
    .offset(LOOKED_AT_MOST)
    .limit(1)
    .executeTakeFirst();
  const from = beyond === undefined ? spanOf(filter).from : Number(beyond.at);
  const count = await countEvents(store, filter, { from, to: spanOf(filter).to });
  return { count, isCapped: beyond !== undefined };
}
