/** Counts and adds up both sides of a move, column by column, and says where they differ. */
import type { Sql } from "../store/postgres/connect.ts";
import { MARKER, type Marker } from "./marker.ts";
import type { MoveSource, SourceColumn } from "./source.ts";
import { MOVED_TABLES, type MovedTable } from "./tables.ts";

export interface Difference {
  readonly table: string;
  /** `rows`, `sum of cost`, `bytes of text`. */
  readonly what: string;
  readonly sqlite: bigint;
  readonly postgres: bigint;
}

type Sums = ReadonlyMap<string, bigint>;

/** U+FFFD is three bytes where the NUL it stands for was one. */
const BYTES_MORE_A_NUL = 2n;
const LOW_BITS = 32n;

/**
 * For every table: its rows, the sum of each column of whole numbers, the bytes of its texts and of its blobs. Both are
 * exact, however many rows there are. An empty list: both sides are the same.
 */
export async function compareSides(of: {
  readonly source: MoveSource;
  readonly sql: Sql;
  readonly marker: Marker;
  readonly onTable?: (table: string) => void;
}): Promise<readonly Difference[]> {
  const differences: Difference[] = [];
  for (const table of MOVED_TABLES) {
    of.onTable?.(table.name);
    const columns = of.source.columns(table);
    const nuls = BigInt(of.marker.tables[table.name]?.nulsReplaced ?? 0);
    const sqlite = sumsOf(of.source.row(sumsQuery(table, columns)), columns);
    // Its rows are among those of another: they are compared together.
    if (table.into !== undefined) continue;
    const [row = {}] = await of.sql.unsafe(sumsQuery(table, columns));
    const wanted = new Map(sqlite).set("bytes of text", textOf(sqlite) + nuls * BYTES_MORE_A_NUL);
    differences.push(...differ(table.name, wanted, sumsOf(row, columns)));
    if (table.name === "events") differences.push(...(await eventIds(of, sqlite)));
  }
  return differences;
}

/** Every event's id is also in a table of its own in PostgreSQL, and so are the ids of those that have left. */
async function eventIds(
  { source, sql }: { readonly source: MoveSource; readonly sql: Sql },
  events: Sums,
): Promise<readonly Difference[]> {
  const at: SourceColumn = { name: "at", kind: "integer" };
  const left = sumsOf(source.row(sumsQuery({ name: "event_ids_left", key: [] }, [at])), [at]);
  const [row = {}] = await sql.unsafe(sumsQuery({ name: "event_ids", key: [] }, [at]));
  const wanted = ["rows", "sum of at"].map((what): [string, bigint] => [
    what,
    (events.get(what) ?? 0n) + (left.get(what) ?? 0n),
  ]);
  return differ("event_ids", new Map(wanted), sumsOf(row, [at]));
}

function differ(table: string, sqlite: Sums, postgres: Sums): Difference[] {
  return [...sqlite]
    .map(([what, sum]) => ({ table, what, sqlite: sum, postgres: postgres.get(what) ?? 0n }))
    .filter((sides) => sides.sqlite !== sides.postgres);
}

/**
 * The same words on both databases. A sum of times would be too large for SQLite's integers after five million rows, so
 * each is added up in two halves.
 */
function sumsQuery(table: MovedTable, columns: readonly SourceColumn[]): string {
  const halves = ofKind(columns, "integer").flatMap((name) => [
    `sum(${name} >> ${LOW_BITS}) as ${name}_high`,
    `sum(${name} & ${2n ** LOW_BITS - 1n}) as ${name}_low`,
  ]);
  const asked = [
    "count(*) as rows_there",
    ...halves,
    bytes(columns, "text"),
    bytes(columns, "blob"),
  ];
  // The marker is the target's own.
  const which = table.name === "meta" ? `where name <> '${MARKER}'` : "";
  return `select ${asked.join(", ")} from ${table.name} ${which}`;
}

function bytes(columns: readonly SourceColumn[], kind: "text" | "blob"): string {
  const each = ofKind(columns, kind).map((name) => `coalesce(octet_length(${name}), 0)`);
  return `sum(${["0", ...each].join(" + ")}) as bytes_of_${kind}`;
}

function ofKind(columns: readonly SourceColumn[], kind: SourceColumn["kind"]): string[] {
  return columns.filter((column) => column.kind === kind).map(({ name }) => name);
}

function sumsOf(row: Readonly<Record<string, unknown>>, columns: readonly SourceColumn[]): Sums {
  const whole = (name: string): bigint => BigInt(String(row[name] ?? 0));
  return new Map([
    ["rows", whole("rows_there")],
    ...ofKind(columns, "integer").map((name): [string, bigint] => [
      `sum of ${name}`,
      (whole(`${name}_high`) << LOW_BITS) + whole(`${name}_low`),
    ]),
    ["bytes of text", whole("bytes_of_text")],
    ["bytes of blobs", whole("bytes_of_blob")],
  ]);
}

function textOf(sums: Sums): bigint {
  return sums.get("bytes of text") ?? 0n;
}
