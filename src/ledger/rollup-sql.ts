/** The SQL by which roll-up rows, and balances of the same form, rise: the same words on both databases. */
import { ROLLUP_KEY } from "../store/rollup-key.ts";
import { ROLLUP_SUMS, type RollupSum } from "./derived-sum.ts";

const KEY = ROLLUP_KEY.join(", ");

/** Inserts a row, or adds `sums` of it to the row that is there. Values: the key's, then every sum's; `mark` writes their places. */
export function riseSql(
  table: string,
  sums: readonly RollupSum[],
  mark: (index: number) => string,
): string {
  const marks = [...ROLLUP_KEY, ...ROLLUP_SUMS].map((_column, index) => mark(index));
  return `insert into ${table} (${KEY}, ${ROLLUP_SUMS.join(", ")}) values (${marks.join(", ")})
    ${addWhereThere(table, sums)}`;
}

/** What an insert of such rows does with one that is there. */
export function addWhereThere(table: string, sums: readonly RollupSum[]): string {
  const rises = sums.map((sum) => `${sum} = ${table}.${sum} + excluded.${sum}`);
  return `on conflict (${KEY}) do update set ${rises.join(", ")}`;
}
