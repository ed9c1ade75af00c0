/** A table of what happened, newest first. */
import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./customers.module.css";

export interface StoryRow {
  readonly key: string | number;
  readonly cells: readonly ReactNode[];
}

export function StoryTable({
  label,
  columns,
  figures = [],
  rows,
  minWidth = 620,
}: {
  readonly label: string;
  readonly columns: readonly string[];
  /** Columns that hold numbers. */
  readonly figures?: readonly string[];
  readonly rows: readonly StoryRow[];
  readonly minWidth?: number;
}) {
  const classOf = (column: string) => (figures.includes(column) ? { className: "figures" } : {});
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: "group", "aria-label": label } }}
    >
      <Table aria-label={label} className={classes["table"]} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column} scope="col" {...classOf(column)}>
                {column}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells }) => (
            <Table.Tr key={key}>
              {columns.map((column, place) => (
                <Table.Td key={column} {...classOf(column)}>
                  {cells[place]}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
