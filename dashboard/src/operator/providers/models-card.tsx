/** How each model of the provider that was opened answered this month. */
import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { Amount } from "../../parts/amount.tsx";
import { percent } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { RowsTable } from "../../parts/rows-table.tsx";
import { Await } from "../../parts/states.tsx";
import { modelsQuery, type ProviderState, type ProviderStates } from "./provider-queries.ts";
import { latency } from "./providers-table.tsx";

export function ModelsCard({ states }: { readonly states: ProviderStates }) {
  const [{ provider }, change] = useAddress();
  const opened = states.providers.find((each) => each.provider === provider);
  if (opened === undefined) return null;
  return (
    <Card
      title={`${opened.title} by model, this month`}
      aside={
        <Button size="compact-sm" variant="default" onClick={() => change({ provider: undefined })}>
          Close
        </Button>
      }
    >
      <Models of={opened} from={states.month_from} />
    </Card>
  );
}

function Models({ of, from }: { readonly of: ProviderState; readonly from: string }) {
  const query = useQuery(modelsQuery(from));
  return (
    <Await query={query} height={140}>
      {({ performance }) => {
        const rows = performance
          .filter(({ provider }) => provider === of.provider)
          .sort((one, other) => other.events - one.events);
        return rows.length === 0 ? (
          <Text size="sm" c="dimmed">
            No calls this month.
          </Text>
        ) : (
          <ModelsTable title={of.title} rows={rows} />
        );
      }}
    </Await>
  );
}

interface ModelRow {
  readonly model?: string | undefined;
  readonly events: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  readonly error_rate: number;
}

function ModelsTable({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly ModelRow[];
}) {
  return (
    <RowsTable
      label={`Models of ${title}`}
      minWidth={520}
      columns={[
        { name: "Model" },
        { name: "Calls", isFigures: true },
        { name: "Failed", isFigures: true },
        { name: "p50", isFigures: true },
        { name: "p95", isFigures: true },
        { name: "p99", isFigures: true },
      ]}
      rows={rows.map(({ model = "", events, error_rate, p50_ms, p95_ms, p99_ms }) => ({
        key: model,
        cells: [
          model === "" ? "no model named" : model,
          <Amount key="calls" of={events} />,
          percent(error_rate),
          latency(p50_ms),
          latency(p95_ms),
          latency(p99_ms),
        ],
      }))}
      total={[
        "Total",
        <Amount key="calls" of={rows.reduce((sum, { events }) => sum + events, 0)} />,
        null,
        null,
        null,
        null,
      ]}
    />
  );
}
