/** Saves the table of usage as CSV, to the nano-dollar. */

import { csvOf, saveFile } from "../../parts/save-file.ts";
import { rowLabel } from "./charted.ts";
import type { Stretch } from "./stretch.ts";
import type { Breakdown } from "./usage-query.ts";

const COLUMNS = ["calls", "tokens", "input_tokens", "output_tokens", "cost", "error_rate"] as const;

export function saveTable({ by, rows, total }: Breakdown, { start, end }: Stretch): void {
  const lines = [
    [by, "name", ...COLUMNS, "share"],
    ...rows.map((row) => [
      row.name,
      rowLabel(by, row),
      ...COLUMNS.map((column) => row[column]),
      row.share,
    ]),
    ["", "Total", ...COLUMNS.map((column) => total[column]), total.cost > 0 ? 100 : 0],
  ];
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  saveFile(`usage-by-${by}-${day(start)}-${day(end - 1)}.csv`, {
    text: csvOf(lines),
    type: "text/csv;charset=utf-8",
  });
}
