/** Moves an installation from SQLite into an empty PostgreSQL: copies, compares, and only then says that it is done. */
import type { Sql } from "../store/postgres/connect.ts";
import { compareSides, type Difference } from "./compare.ts";
import { advanceMarker, type Marker } from "./marker.ts";
import { prepareTarget } from "./prepare-target.ts";
import { type MoveSource, openSource } from "./source.ts";
import { MOVED_TABLES, type MovedTable } from "./tables.ts";
import { writePage } from "./write-page.ts";

export interface MoveOptions {
  /** The SQLite file of a data folder. Whoever moves holds the folder's lock (store/sqlite/lock.ts). */
  readonly from: string;
  /** An empty database, or one that an interrupted move of the same file has begun to fill. */
  readonly to: string;
  readonly nowText: () => string;
  readonly onProgress?: (progress: MoveProgress) => void;
}

export type MoveProgress =
  /** `rows` of this table are in the target, of `total`; `moved` altogether since the command began. */
  | {
      readonly kind: "copying";
      readonly table: string;
      readonly rows: number;
      readonly total: number;
      readonly moved: number;
    }
  | { readonly kind: "comparing"; readonly table: string }
  | { readonly kind: "resumed"; readonly rows: number };

export type Moved =
  | { readonly kind: "moved"; readonly rows: number; readonly nulsReplaced: number }
  | { readonly kind: "moved_before"; readonly at: string }
  /** The target must not be used; the source is as it was. */
  | { readonly kind: "differs"; readonly differences: readonly Difference[] };

/**
 * Can be killed at any moment and run again: it goes on behind the last portion that is in the target. Throws what
 * `openSource` and `prepareTarget` throw, and whatever the database says. The SQLite file is not changed.
 */
export async function move(options: MoveOptions): Promise<Moved> {
  const source = openSource(options.from);
  try {
    const startedAt = options.nowText();
    const { about, version } = source;
    const target = await prepareTarget({ url: options.to, source: about, version, startedAt });
    try {
      return await moveInto(target, source, options);
    } finally {
      await target.sql.end({ timeout: 5 });
    }
  } finally {
    source.close();
  }
}

async function moveInto(
  target: { sql: Sql; marker: Marker; resumed: boolean },
  source: MoveSource,
  { nowText, onProgress }: MoveOptions,
): Promise<Moved> {
  const { sql } = target;
  let { marker } = target;
  if (marker.state === "done") return { kind: "moved_before", at: marker.doneAt ?? "" };
  if (target.resumed) onProgress?.({ kind: "resumed", rows: rowsOf(marker) });
  const before = rowsOf(marker);
  for (const table of MOVED_TABLES) {
    marker = await copyTable({ sql, source, table, marker, before, onProgress });
  }
  // The planner knows nothing of the new rows yet, and the first reports come at once.
  await sql.unsafe("analyze");
  const onTable = (table: string): void => onProgress?.({ kind: "comparing", table });
  const differences = await compareSides({ source, sql, marker, onTable });
  if (differences.length > 0) return { kind: "differs", differences };
  const done: Marker = { ...marker, state: "done", doneAt: nowText() };
  const from = marker;
  await sql.begin(async (transaction) => {
    await advanceMarker(transaction, { from, to: done });
    for (const table of MOVED_TABLES) await numberBehind(transaction, source, table);
  });
  const nulsReplaced = Object.values(marker.tables).map((table) => table.nulsReplaced);
  return { kind: "moved", rows: rowsOf(marker), nulsReplaced: added(nulsReplaced) };
}

async function copyTable(of: {
  sql: Sql;
  source: MoveSource;
  table: MovedTable;
  marker: Marker;
  before: number;
  onProgress: MoveOptions["onProgress"];
}): Promise<Marker> {
  const { sql, source, table } = of;
  const columns = source.columns(table);
  const total = Number(source.row(`select count(*) as many from ${table.name}`)["many"]);
  let { marker } = of;
  for (;;) {
    const page = source.page(table, marker.tables[table.name]?.after ?? null);
    if (page === null) return marker;
    marker = await writePage(sql, { table, columns, page, marker });
    of.onProgress?.({
      kind: "copying",
      table: table.name,
      rows: marker.tables[table.name]?.rows ?? 0,
      total,
      moved: rowsOf(marker) - of.before,
    });
  }
}

/** The next row's number is above all that were ever given, also to rows that are gone. */
async function numberBehind(
  transaction: Pick<Sql, "unsafe">,
  source: MoveSource,
  { name, numbered }: MovedTable,
): Promise<void> {
  if (numbered === undefined) return;
  const { highest } = source.row(
    `select max(coalesce((select max(${numbered}) from ${name}), 0), coalesce((select seq from sqlite_sequence where name = '${name}'), 0)) as highest`,
  );
  const sequence =
    numbered === "seq" ? "'event_numbers'" : `pg_get_serial_sequence('${name}', '${numbered}')`;
  await transaction.unsafe(`select setval(${sequence}, $1::bigint + 1, false)`, [String(highest)]);
}

function rowsOf(marker: Marker): number {
  return added(Object.values(marker.tables).map(({ rows }) => rows));
}

function added(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
