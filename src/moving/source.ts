/** The SQLite side of a move: reads pages of rows by key, and never writes. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import { AppError } from "../core/errors.ts";
import { type Connection, openConnection } from "../store/sqlite/connection.ts";
import { schemaState } from "../store/sqlite/migrate.ts";
import type { Marker, TableMark } from "./marker.ts";
import type { MovedTable } from "./tables.ts";

/** A portion: one transaction in PostgreSQL. */
const ROWS_MOST = 5_000;
/** Some texts are long (what a batch contains); this bounds the memory that a portion takes here and there. */
const CHARS_MOST = 8_000_000;

export type SourceRow = Readonly<Record<string, SQLOutputValue>>;

export interface Page {
  readonly rows: readonly SourceRow[];
  /** The key of its last row. */
  readonly after: TableMark["after"];
}

export interface SourceColumn {
  readonly name: string;
  readonly kind: "integer" | "text" | "blob";
}

export interface MoveSource {
  readonly about: Marker["source"];
  readonly version: number;
  /** Those that PostgreSQL's table has as well. */
  columns(table: MovedTable): readonly SourceColumn[];
  /** The rows behind that key, in its order; null where there are none. */
  page(table: MovedTable, after: TableMark["after"] | null): Page | null;
  /** The single row that such a select gives. */
  row(sql: string): SourceRow;
  close(): void;
}

/**
 * The file is there. Throws `conflict` where this program's tables are not there yet, a newer Purser made them, or a month
 * is leaving.
 */
export function openSource(file: string): MoveSource {
  const connection = openConnection(file, "read");
  try {
    const { kind, version } = schemaState(connection.db);
    if (kind !== "current") {
      const mend = kind === "behind" ? "Run `purser migrate` first." : "Use the newer Purser.";
      throw new AppError("conflict", `The database ${file} has schema ${version}. ${mend}`);
    }
    refuseLeaving(connection);
    return sourceOver(connection, { file, version });
  } catch (fault) {
    connection.db.close();
    throw fault;
  }
}

/** Some of a month's events are in an archive only, some here too: what is whole moves. */
function refuseLeaving({ prepare }: Connection): void {
  if (prepare("select 1 from detaching").get() === undefined) return;
  throw new AppError(
    "conflict",
    "A month of events is leaving this database. Start Purser once more, let it end that (a minute), stop it and move then.",
  );
}

function sourceOver(connection: Connection, of: { file: string; version: number }): MoveSource {
  const { prepare, db } = connection;
  const columns = (table: MovedTable): SourceColumn[] =>
    prepare(`select name, lower(type) as kind from pragma_table_info('${table.name}')`)
      .all()
      .map(({ name, kind }) => ({ name: String(name), kind: kindOf(kind) }))
      .filter(({ name }) => table.leftOut?.includes(name) !== true);
  return {
    about: { identity: identityOf(connection), stamp: stampOf(of.file) },
    version: of.version,
    columns,
    page: (table, after) => readPage(connection, table, { after, columns: columns(table) }),
    row: (sql) => prepare(sql).get() ?? {},
    close: () => db.close(),
  };
}

function kindOf(type: unknown): SourceColumn["kind"] {
  if (type === "integer" || type === "text" || type === "blob") return type;
  throw new Error(`A column of a kind that is not moved: ${type}`);
}

function readPage(
  { prepare }: Connection,
  table: MovedTable,
  of: { after: TableMark["after"] | null; columns: readonly SourceColumn[] },
): Page | null {
  const key = table.key.join(", ");
  const added = Object.entries(table.added ?? {}).map(([name, sql]) => `${sql} as ${name}`);
  const asked = [...new Set([...table.key, ...of.columns.map(({ name }) => name)]), ...added];
  const places = table.key.map(() => "?").join(", ");
  const behind = of.after === null ? "" : `where (${key}) > (${places})`;
  const select = `select ${asked.join(", ")} from ${table.name} ${behind} order by ${key} limit ${ROWS_MOST}`;
  const rows: SourceRow[] = [];
  let chars = 0;
  for (const row of prepare(select).iterate(...(of.after ?? []).map(inputOf))) {
    rows.push(row);
    chars += sizeOf(row);
    if (chars >= CHARS_MOST) break;
  }
  const last = rows.at(-1);
  return last === undefined ? null : { rows, after: table.key.map((name) => keyOf(last[name])) };
}

function sizeOf(row: SourceRow): number {
  let size = 0;
  for (const value of Object.values(row)) {
    if (typeof value === "string" || value instanceof Uint8Array) size += value.length;
  }
  return size;
}

function inputOf(value: TableMark["after"][number]): SQLInputValue {
  return typeof value === "string" ? value : BigInt(value.int);
}

function keyOf(value: SQLOutputValue | undefined): TableMark["after"][number] {
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return { int: value.toString() };
  throw new Error("A key's column holds neither a text nor a whole number.");
}

/** The wrapped keys are random, and made once for each installation. */
function identityOf({ prepare }: Connection): string {
  const hash = createHash("sha256");
  for (const { name, sealed } of prepare("select name, sealed from secrets order by name").all()) {
    hash.update(String(name)).update(sealed instanceof Uint8Array ? sealed : "");
  }
  return hash.digest("hex").slice(0, 32);
}

/** Changes whenever a server has run on the file. An empty log is none: reading makes one. */
function stampOf(file: string): string {
  return [file, `${file}-wal`]
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .filter((stat) => stat !== undefined && stat.size > 0)
    .map((stat) => `${stat?.size} ${stat?.mtimeMs}`)
    .join(", ");
}
