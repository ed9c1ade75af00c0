/** Reads a whole log page by page, so that an export of any length takes the memory of one page. */
import type { CustomerId } from "../core/ids.ts";
import type { Store } from "../store/store.ts";
import type { LogFilter, Place } from "./log-filter.ts";
import { foldedLogs, type LogRow, scanLogs, selectLogRows } from "./scan-logs.ts";
import type { UsageLog } from "./usage-log.ts";

export interface ExportedPage {
  readonly logs: readonly UsageLog[];
  /** Whose each of them is. */
  readonly customerIds: readonly CustomerId[];
}

const ROWS_A_PAGE = 1_000;
const LOOKED_AT_A_PAGE = 20_000;

/**
 * A customer's events come newest first; everybody's in the order of their ids, the last first. What is written while it
 * runs may be in it or not; what was there is in it once.
 */
export async function* exportLogs(
  store: Store,
  filter: LogFilter,
): AsyncGenerator<ExportedPage, void, undefined> {
  const pages =
    filter.customerId === null ? pagesByNumber(store, filter) : pagesByTime(store, filter);
  for await (const rows of pages) {
    const customerIds = rows.map((row) => row.customer_id as CustomerId);
    yield { logs: await foldedLogs(store, rows), customerIds };
  }
}

async function* pagesByTime(
  store: Store,
  filter: LogFilter,
): AsyncGenerator<readonly LogRow[], void, undefined> {
  let after: Place | null = null;
  do {
    const wanted = { after, most: ROWS_A_PAGE, lookAtMost: LOOKED_AT_A_PAGE };
    const { rows, next } = await scanLogs(store, filter, wanted);
    yield rows;
    after = next;
  } while (after !== null);
}

/** By number, since no index has everybody's events by time. */
async function* pagesByNumber(
  store: Store,
  filter: LogFilter,
): AsyncGenerator<readonly LogRow[], void, undefined> {
  // One at a time, or SQLite looks through the whole table.
  const ends = await store.db
    .selectNoFrom(({ selectFrom }) => [
      selectFrom("events")
        .select(({ fn }) => fn.max("seq").as("seq"))
        .as("last"),
      selectFrom("events")
        .select(({ fn }) => fn.min("seq").as("seq"))
        .as("first"),
    ])
    .executeTakeFirst();
  let before = BigInt(ends?.last ?? -1) + 1n;
  const least = BigInt(ends?.first ?? 0);
  while (before > least) {
    const until: bigint = before - BigInt(ROWS_A_PAGE);
    yield await selectLogRows(store, filter)
      .where("seq", "<", before)
      .where("seq", ">=", until)
      .orderBy("seq", "desc")
      .execute();
    before = until;
  }
}
