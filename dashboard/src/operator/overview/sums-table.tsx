/** A table of sums: a name, figures to its right, and a total row. */
import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import { WideTable } from "../../parts/wide-table.tsx";
import classes from "./overview.module.css";

export interface SumsRow {
  readonly key: string;
  readonly name: ReactNode;
  readonly cells: readonly ReactNode[];
}

export function SumsTable({
  label,
  first,
  columns,
  rows,
  total,
  minWidth = 420,
}: {
  readonly label: string;
  /** What the names are of. */
  readonly first: string;
  readonly columns: readonly string[];
  readonly rows: readonly SumsRow[];
  readonly total?: { readonly name: string; readonly cells: readonly ReactNode[] };
  readonly minWidth?: number;
}) {
  return (
    <WideTable
      label={label}
      minWidth={minWidth}
      className={classes["table"]}
      verticalSpacing={5}
      horizontalSpacing={8}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{first}</Table.Th>
          {columns.map((column) => (
            <Table.Th key={column} scope="col" className="figures">
              {column}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ key, name, cells }) => (
          <Table.Tr key={key}>
            <Table.Th scope="row" className={classes["name"]}>
              {name}
            </Table.Th>
            <Cells of={cells} columns={columns} />
          </Table.Tr>
        ))}
      </Table.Tbody>
      {total === undefined ? null : (
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">{total.name}</Table.Th>
            <Cells of={total.cells} columns={columns} />
          </Table.Tr>
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
  readonly columns: readonly string[];
}) {
  return columns.map((column, place) => (
    <Table.Td key={column} className="figures">
      {of[place]}
    </Table.Td>
  ));
}
