/** How fast each provider answers and how often it fails. */
import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Amount } from "../../parts/amount.tsx";
import { percent } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { providerColour } from "../../parts/provider-colours.ts";
import { Await } from "../../parts/states.tsx";
import { latency } from "./figures-strip.tsx";
import classes from "./overview.module.css";
import { type Performance, performanceQuery } from "./overview-queries.ts";
import type { Range } from "./range.ts";
import { SumsTable } from "./sums-table.tsx";

export function ProvidersCard({ range }: { readonly range: Range }) {
  const query = useQuery(performanceQuery(range));
  return (
    <Card
      title="Latency and failures"
      aside={
        <PageLink to="//providers" size="sm">
          Providers
        </PageLink>
      }
      h="100%"
    >
      <Await query={query} height={180}>
        {(performance) => <Providers performance={performance} />}
      </Await>
    </Card>
  );
}

type Figures = Performance["all"];

function Providers({
  performance: { performance: rows, all },
}: {
  readonly performance: Performance;
}) {
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No calls in these days.
      </Text>
    );
  }
  return (
    <>
      <SumsTable
        label="Latency and failures by provider"
        first="Provider"
        columns={["Calls", "p50", "p95", "p99", "Failed"]}
        rows={rows.map(({ provider = "", ...figures }) => ({
          key: provider,
          name: (
            <Group gap={6} wrap="nowrap">
              <span
                className={classes["chip"]}
                style={{ background: providerColour(provider) }}
                aria-hidden
              />
              {providerTitle(provider)}
            </Group>
          ),
          cells: cellsOf(figures),
        }))}
        total={{ name: "All", cells: cellsOf(all) }}
      />
      <Text size="xs" c="dimmed">
        Half of the calls are answered within p50; latencies are right within 10 %.
      </Text>
    </>
  );
}

function cellsOf({ events, p50_ms, p95_ms, p99_ms, error_rate }: Figures) {
  return [
    <Amount key="calls" of={events} />,
    latency(p50_ms),
    latency(p95_ms),
    latency(p99_ms),
    percent(error_rate),
  ];
}
