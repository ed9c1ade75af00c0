/** Where a generated history is written to, faster than through the ledger: straight into the tables. */

import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import { DAY_MS, type Instant } from "../../src/core/instant.ts";
import { LATENCY_COLUMNS, PERIODS_SQL, ROLLUP_COLUMNS, type Row } from "./add-up.ts";

const ROWS_AT_ONCE = 20_000;

export interface Sink {
  write(table: string, columns: string, rows: readonly Row[]): Promise<void>;
  /** Events are in parts, and found by their id in a table of its own. */
  readonly namesEvents: boolean;
  /** Makes the table's parts for the events of these days, where it has parts. */
  open(from: Instant, to: Instant): Promise<void>;
  /** The sums of periods, and what the planner must know. */
  finish(): Promise<void>;
}

export const EVENT_COLUMNS =
  "seq, id, customer_id, key_id, at, period_start, provider, model, operation, endpoint, source, streamed, status_code, calls, usage, cost, lines, latency_ms, retry_count, estimated, unconfirmed, unpriced, overrun";
export { LATENCY_COLUMNS, ROLLUP_COLUMNS };

/** Years of renewals would be caught up with while reading is measured. */
const NOTHING_DUE_SQL = "update subscriptions set due_at = null";

/** The file has been migrated and nobody has it open. Without a journal: a fill that is cut short is begun anew. */
export function sqliteSink(file: string): Sink {
  const db = new DatabaseSync(file);
  db.exec("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -1000000");
  return {
    namesEvents: false,
    open: async () => undefined,
    async write(table, columns, rows) {
      const marks = columns.replace(/\w+/g, "?");
      const insert = db.prepare(`insert into ${table} (${columns}) values (${marks})`);
      db.exec("begin");
      for (const row of rows) insert.run(...row);
      db.exec("commit");
    },
    async finish() {
      db.exec(PERIODS_SQL);
      db.exec(NOTHING_DUE_SQL);
      db.exec("pragma journal_mode = wal; pragma optimize = 0x10002");
      db.close();
    },
  };
}

export function postgresSink(url: string): Sink {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  return {
    namesEvents: true,
    async open(from, to) {
      for (let at: number = from; at <= to + 31 * DAY_MS; at += 28 * DAY_MS) {
        await sql`select purser_make_events_month(${at})`;
      }
    },
    async write(table, columns, rows) {
      if (rows.length === 0) return;
      // COPY would be faster, but the package never answers one that fails.
      const names = columns.split(", ");
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
        const some = rows.slice(from, from + ROWS_AT_ONCE);
        const objects = some.map((row) =>
          Object.fromEntries(names.map((name, at) => [name, row[at]])),
        );
        await sql.unsafe(
          `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1::text::json)`,
          [JSON.stringify(objects)],
        );
      }
    },
    async finish() {
      await sql.unsafe(PERIODS_SQL);
      await sql.unsafe(NOTHING_DUE_SQL);
      await sql.unsafe(
        "select setval('event_numbers', (select coalesce(max(seq), 0) + 1 from events))",
      );
      await sql.unsafe("vacuum analyze");
      await sql.end();
    },
  };
}
