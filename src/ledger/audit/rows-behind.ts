/** The condition that a page begins behind the last row of the page before it, in the order of those columns. */
import { type RawBuilder, sql } from "kysely";

export function rowsBehind<Column extends string>(
  columns: readonly Column[],
  last: Readonly<Record<Column, string | bigint>>,
): RawBuilder<boolean> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(columns.map((column) => last[column]));
  return sql<boolean>`(${names}) > (${values})`;
}
