/** Aligned tables for the terminal: words to the left, numbers to the right. */
import type { Paint } from "./paint.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** A last row under a line: the sum of the rows above. */
  readonly total?: readonly string[];
}

const GAP = "   ";

/** Draws the table, without a trailing newline. Widths are counted in characters of the terminal. */
export function drawTable(table: Table, paint: Paint): string {
  const all = [...table.rows, ...(table.total ? [table.total] : [])];
  const widths = table.columns.map((column, at) =>
    Math.max(column.title.length, ...all.map((row) => (row[at] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    table.columns
      .map((column, at) => {
        const cell = cells[at] ?? "";
        const width = widths[at] ?? 0;
        return column.align === "right" ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(GAP)
      .trimEnd();
  const rule = paint.dim(widths.map((width) => "─".repeat(width)).join(GAP));
  const head = [paint.dim(line(table.columns.map((column) => column.title))), rule];
  const foot = table.total ? [rule, paint.bold(line(table.total))] : [];
  return [...head, ...table.rows.map(line), ...foot].join("\n");
}
