/** A table of rows under named columns, the first cell of each its name; scrolls inside itself where it must. */
import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./rows-table.module.css";
import { WideTable } from "./wide-table.tsx";

export interface Column {
  readonly name: string;
  /** Numbers: on the right, each digit as wide as the others. */
  readonly isFigures?: boolean;
}

export interface Row {
  readonly key: string | number;
  readonly cells: readonly ReactNode[];
}

export function RowsTable({
  label,
  minWidth,
  columns,
  rows,
  total,
}: {
  readonly label: string;
  /** In pixels. */
  readonly minWidth: number;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** The sum of the rows, cell by cell. */
  readonly total?: readonly ReactNode[];
}) {
  return (
    <WideTable label={label} minWidth={minWidth} className={classes["table"]} verticalSpacing={7}>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ name, isFigures }) => (
            <Table.Th key={name} scope="col" {...classOf(isFigures)}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ key, cells }) => (
          <Cells key={key} of={cells} columns={columns} />
        ))}
      </Table.Tbody>
      {total === undefined ? null : (
        <Table.Tfoot>
          <Cells of={total} columns={columns} />
        </Table.Tfoot>
      )}
    </WideTable>
  );
}

function Cells({
  of,
  columns,
}: {
  readonly of: readonly ReactNode[];
  readonly columns: readonly Column[];
}) {
  return (
    <Table.Tr>
      {columns.map(({ name, isFigures }, place) =>
        place === 0 ? (
          <Table.Th key={name} scope="row">
            {of[place]}
          </Table.Th>
        ) : (
          <Table.Td key={name} {...classOf(isFigures)}>
            {of[place]}
          </Table.Td>
        ),
      )}
    </Table.Tr>
  );
}

function classOf(isFigures = false): { className?: string } {
  return isFigures ? { className: "figures" } : {};
}
