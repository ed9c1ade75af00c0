/** Which models the table lists by themselves, and which as one row, so that the total is always the sum of what stands above. */
import type { BreakdownSeen } from "./seen.ts";

export interface ModelRow {
  readonly name: string;
  readonly provider: string | undefined;
  readonly calls: number;
  readonly tokens: number;
  readonly cost: number;
  readonly share: number;
  /** Is it the API's own row for all beyond fifty? */
  readonly isRest: boolean;
}

export const AT_FIRST = 5;
const NANO = 1_000_000_000;
/** Beyond this many names the API adds the rest up, as one row of this name, the last. */
const NAMED_MOST = 50;
const REST = "other";

/** `rest`: all that are not listed, as one; null where all are. */
export function shownModels(
  { rows, total }: Pick<BreakdownSeen, "rows" | "total">,
  isAll: boolean,
): { readonly rows: ModelRow[]; readonly rest: Omit<ModelRow, "provider" | "isRest"> | null } {
  // One more costs no more room than a row that stands for it.
  const most = isAll || rows.length <= AT_FIRST + 1 ? rows.length : AT_FIRST;
  const shown = rows.slice(0, most).map((row, place) => ({
    name: row.name,
    provider: row.title,
    calls: row.calls,
    tokens: row.tokens,
    cost: row.cost,
    share: row.share,
    isRest: row.name === REST && rows.length >= NAMED_MOST - 1 && place === rows.length - 1,
  }));
  if (most === rows.length) return { rows: shown, rest: null };
  const left = (of: (row: { calls: number; tokens: number; cost: number }) => number): number =>
    shown.reduce((sum, row) => sum - of(row), of(total));
  const cost = Math.round(left((row) => row.cost) * NANO) / NANO;
  return {
    rows: shown,
    rest: {
      name: `${rows.length - most} others`,
      calls: left(({ calls }) => calls),
      tokens: left(({ tokens }) => tokens),
      cost,
      share: total.cost > 0 ? (cost / total.cost) * 100 : 0,
    },
  };
}
