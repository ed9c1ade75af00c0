/** The business in seven figures. */
import { Paper, SimpleGrid, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Amount } from "../../parts/amount.tsx";
import { duration, exactly, percent } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { type Overview, performanceQuery } from "./overview-queries.ts";
import type { Range } from "./range.ts";

export function FiguresStrip({
  overview: { cost, revenue, margin, monthly_revenue: monthly, ...counts },
  range,
}: {
  readonly overview: Overview;
  readonly range: Range;
}) {
  const { data: performance } = useQuery(performanceQuery(range));
  const all = performance?.all;
  return (
    <Paper withBorder radius="md" p="md" component="section" aria-label="Figures">
      <SimpleGrid cols={{ base: 2, xs: 3, md: 4, lg: 7 }} spacing="md" verticalSpacing="sm">
        <Figure name="Provider cost">
          <Money dollars={cost} />
        </Figure>
        <Figure name="Plan income" note={<PerMonth dollars={monthly} />}>
          <Money dollars={revenue} />
        </Figure>
        <Figure name="Margin" note={revenue > 0 ? marginWords(margin, revenue) : "no income"}>
          <Money dollars={margin} />
        </Figure>
        <Figure name="Calls">
          <Amount of={counts.calls} />
        </Figure>
        <Figure name="Failed" note={`${exactly(counts.errors)} calls`}>
          <span className="figures">{percent(counts.error_rate)}</span>
        </Figure>
        <Figure name="Answered in" note={`half; 95 % in ${latency(all?.p95_ms)}`}>
          <span className="figures">{latency(all?.p50_ms)}</span>
        </Figure>
        <Figure name="Active customers" note={`of ${exactly(counts.customers_total)}`}>
          <Amount of={counts.active_customers} />
        </Figure>
      </SimpleGrid>
    </Paper>
  );
}

function Figure({
  name,
  note,
  children,
}: {
  readonly name: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={650} component="div" lh={1.3}>
        {children}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {note ?? " "}
      </Text>
    </div>
  );
}

/** Of the present subscriptions; what the range brings in counts a month as 30 days. */
function PerMonth({ dollars }: { readonly dollars: number }) {
  return (
    <>
      <Money dollars={dollars} /> a month
    </>
  );
}

function marginWords(margin: number, revenue: number): string {
  return `${percent((margin / revenue) * 100)} of income`;
}

export function latency(milliseconds: number | null | undefined): string {
  return milliseconds === null || milliseconds === undefined ? "–" : duration(milliseconds / 1_000);
}
