/** The same numbers as the chart, as a table: a row for each step, with sums both ways. */
import { ScrollArea, Table, VisuallyHidden } from "@mantine/core";
import { type AddressState, useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Amount } from "../../parts/amount.tsx";
import { Money } from "../../parts/money.tsx";
import type { AskedUsage, Measure, Step } from "./asked-usage.ts";
import type { Charted, ChartedStep } from "./charted.ts";
import classes from "./usage.module.css";

export function StepsTable({
  charted: { series, steps },
  usage,
  caption,
}: {
  readonly charted: Charted;
  readonly usage: AskedUsage;
  readonly caption: string;
}) {
  const { measure, step } = usage;
  const sums = series.map((_, place) => sum(steps.map(({ values }) => values[place] ?? 0)));
  return (
    <ScrollArea
      className={classes["drawing"] ?? ""}
      type="auto"
      viewportProps={{ tabIndex: 0, role: "group", "aria-label": caption }}
    >
      <Table
        verticalSpacing={4}
        horizontalSpacing="xs"
        stickyHeader
        className={`${classes["table"]} ${classes["steps"]}`}
      >
        <Table.Caption>
          <VisuallyHidden>{caption}</VisuallyHidden>
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{HEADINGS[step]}</Table.Th>
            <Table.Th scope="col" className="figures">
              Total
            </Table.Th>
            {series.map(({ key, label }) => (
              <Table.Th key={key} scope="col" className={`figures ${classes["series"]}`}>
                {label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map((each) => (
            <Table.Tr key={each.start}>
              <Table.Th scope="row" className={classes["name"]}>
                <StepName of={each} step={step} />
              </Table.Th>
              <Figure of={each.total} measure={measure} />
              {series.map(({ key }, place) => (
                <Figure key={key} of={each.values[place] ?? 0} measure={measure} />
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">Total</Table.Th>
            <Figure of={sum(sums)} measure={measure} />
            {series.map(({ key }, place) => (
              <Figure key={key} of={sums[place] ?? 0} measure={measure} />
            ))}
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </ScrollArea>
  );
}

const HEADINGS: Readonly<Record<Step, string>> = {
  hour: "Hour, UTC",
  day: "Day, UTC",
  week: "Week from",
  month: "Month",
};

/** A day leads to its hours. */
function StepName({
  of: { start, label },
  step,
}: {
  readonly of: ChartedStep;
  readonly step: Step;
}) {
  const [address] = useAddress();
  if (step !== "day" || address["by"] === "tag") return label;
  return (
    <PageLink to="/usage" search={hoursOf(address, start)} inherit>
      {label}
    </PageLink>
  );
}

function hoursOf(address: AddressState, day: string): AddressState {
  return { ...address, span: "range", from: day, to: day, step: "hour", period: undefined };
}

function Figure({ of, measure }: { readonly of: number; readonly measure: Measure }) {
  return (
    <Table.Td className="figures">
      {measure === "cost" ? <Money dollars={of} /> : <Amount of={of} />}
    </Table.Td>
  );
}

/** To the nano-dollar. */
function sum(values: readonly number[]): number {
  return Math.round(values.reduce((all, value) => all + value, 0) * 1e9) / 1e9;
}
