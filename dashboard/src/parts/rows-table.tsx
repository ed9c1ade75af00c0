/** A table of rows under named columns, the first cell of each its name; scrolls inside itself where it must. */
import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./rows-table.module.css";
import { WideTable } from "./wide-table.tsx";

export interface Column {
  readonly name: string;
  /** What it stands under, with its neighbours of the same. */
  readonly group?: string;
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
        <Groups of={columns} />
        <Table.Tr>
          {columns.map((column) => (
            <Table.Th key={keyOf(column)} scope="col" {...classOf(column)}>
              {column.name}
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
      {columns.map((column, place) =>
        place === 0 ? (
          <Table.Th key={keyOf(column)} scope="row">
            {of[place]}
          </Table.Th>
        ) : (
          <Table.Td key={keyOf(column)} {...classOf(column)}>
            {of[place]}
          </Table.Td>
        ),
      )}
    </Table.Tr>
  );
}

/** A row above the columns' names, where any has a group. */
function Groups({ of }: { readonly of: readonly Column[] }) {
  if (of.every(({ group }) => group === undefined)) return null;
  const spans = [...Map.groupBy(of, ({ group = "" }) => group)];
  return (
    <Table.Tr>
      {spans.map(([group, { length }]) =>
        group === "" ? (
          <Table.Td key={group} colSpan={length} />
        ) : (
          <Table.Th key={group} scope="colgroup" colSpan={length} className={classes["group"]}>
            {group}
          </Table.Th>
        ),
      )}
    </Table.Tr>
  );
}

function keyOf({ name, group = "" }: Column): string {
  return `${group} ${name}`;
}

function classOf({ isFigures = false }: Column): { className?: string } {
  return isFigures ? { className: "figures" } : {};
}
