/** The numbers of the charts as a table, with their sums. */
import { ScrollArea, Table, VisuallyHidden } from "@mantine/core";
import { Amount } from "../../parts/amount.tsx";
import { Money } from "../../parts/money.tsx";
import { type DayStep, sumOf } from "./day-steps.ts";
import classes from "./overview.module.css";

const HEIGHT = 322;

export function DaysTable({
  steps,
  step,
}: {
  readonly steps: readonly DayStep[];
  readonly step: "day" | "week";
}) {
  const caption = `Cost, calls and failed calls by ${step}`;
  return (
    <ScrollArea
      h={HEIGHT}
      type="auto"
      viewportProps={{ tabIndex: 0, role: "group", "aria-label": caption }}
    >
      <Table verticalSpacing={4} stickyHeader className={`${classes["table"]} ${classes["days"]}`}>
        <Table.Caption>
          <VisuallyHidden>{caption}</VisuallyHidden>
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{step === "day" ? "Day, UTC" : "Week from, UTC"}</Table.Th>
            <Table.Th scope="col" className="figures">
              Cost
            </Table.Th>
            <Table.Th scope="col" className="figures">
              Calls
            </Table.Th>
            <Table.Th scope="col" className="figures">
              Failed
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map((each) => (
            <Table.Tr key={each.start}>
              <Table.Th scope="row">{each.label}</Table.Th>
              <Figures of={each} />
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">Total</Table.Th>
            <Figures
              of={{
                cost: sumOf(steps, "cost"),
                calls: sumOf(steps, "calls"),
                errors: sumOf(steps, "errors"),
              }}
            />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </ScrollArea>
  );
}

function Figures({ of }: { readonly of: Pick<DayStep, "cost" | "calls" | "errors"> }) {
  return (
    <>
      <Table.Td className="figures">
        <Money dollars={of.cost} />
      </Table.Td>
      <Table.Td className="figures">
        <Amount of={of.calls} />
      </Table.Td>
      <Table.Td className="figures">
        <Amount of={of.errors} />
      </Table.Td>
    </>
  );
}
