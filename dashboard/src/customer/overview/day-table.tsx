/** The curve's days as a table, and as a file. */
import { Table } from "@mantine/core";
import { exactly, utcDay } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { csvOf, saveFile } from "../usage/save-file.ts";
import type { Curve } from "./curve.ts";
import classes from "./overview.module.css";

const HEIGHT = 212;

export function DayTable({ curve }: { readonly curve: Curve }) {
  const { days, spent } = curve;
  return (
    <Table.ScrollContainer minWidth={280} maxHeight={HEIGHT} h={HEIGHT}>
      <Table aria-label="Spend by day" fz="xs" verticalSpacing={4} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Day</Table.Th>
            <Table.Th scope="col" className="figures">
              Calls
            </Table.Th>
            <Table.Th scope="col" className="figures">
              That day
            </Table.Th>
            <Table.Th scope="col" className="figures">
              In all
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days.map(({ day, calls, cost, total }) => (
            <Table.Tr key={day}>
              <Table.Th scope="row" fw={400}>
                {utcDay(day)}
              </Table.Th>
              <Table.Td className="figures">{exactly(calls)}</Table.Td>
              <Table.Td className="figures">
                <Money dollars={cost} />
              </Table.Td>
              <Table.Td className="figures">
                <Money dollars={total} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot className={classes["total"]}>
          <Table.Tr>
            <Table.Th scope="row">Total</Table.Th>
            <Table.Th className="figures">
              {exactly(days.reduce((sum, { calls }) => sum + calls, 0))}
            </Table.Th>
            <Table.Th className="figures">
              <Money dollars={spent} />
            </Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Table.ScrollContainer>
  );
}

/** To the nano-dollar. */
export function saveDays({ days }: Curve): void {
  const lines = [
    ["day", "calls", "cost", "cost_in_all"],
    ...days.map(({ day, calls, cost, total }) => [day, calls, cost, total]),
  ];
  saveFile(`spend-by-day-${days[0]?.day ?? "none"}.csv`, {
    text: csvOf(lines),
    type: "text/csv;charset=utf-8",
  });
}
