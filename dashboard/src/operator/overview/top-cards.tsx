/** Which customers and models cost the most, and which customers bring in the least. */
import { Group, SegmentedControl, Text } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Amount } from "../../parts/amount.tsx";
import { percent } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { Card } from "../../parts/page.tsx";
import { providerColour } from "../../parts/provider-colours.ts";
import { sumOf } from "./day-steps.ts";
import classes from "./overview.module.css";
import type { Overview } from "./overview-queries.ts";
import { SumsTable } from "./sums-table.tsx";

const ORDERS = [
  { value: "cost", label: "Highest cost" },
  { value: "margin", label: "Lowest margin" },
] as const;

export function TopCustomersCard({ overview }: { readonly overview: Overview }) {
  const [address, change] = useAddress();
  const order = address["customers"] === "margin" ? "margin" : "cost";
  const rows = order === "margin" ? overview.lowest_margins : overview.top_customers;
  return (
    <Card
      title="Top customers"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Order of the customers"
          data={[...ORDERS]}
          value={order}
          onChange={(chosen) => change({ customers: chosen === "margin" ? chosen : undefined })}
        />
      }
      h="100%"
    >
      {rows.length === 0 ? (
        <Nothing />
      ) : (
        <SumsTable
          label={`Customers by ${order}`}
          first="Customer"
          columns={["Plan", "Calls", "Cost", "Margin"]}
          rows={rows.map((row) => ({
            key: row.user_id,
            name: (
              <PageLink to={`//customers/${encodeURIComponent(row.user_id)}`} inherit>
                <span title={row.user_id}>{row.user_id}</span>
              </PageLink>
            ),
            cells: [
              row.plan ?? "default",
              <Amount key="calls" of={row.calls} />,
              <Money key="cost" dollars={row.cost} />,
              <Money key="margin" dollars={row.margin} />,
            ],
          }))}
          total={{
            name: "Together",
            cells: [
              null,
              <Amount key="calls" of={sumOf(rows, "calls")} />,
              <Money key="cost" dollars={sumOf(rows, "cost")} />,
              <Money key="margin" dollars={sumOf(rows, "margin")} />,
            ],
          }}
        />
      )}
    </Card>
  );
}

export function TopModelsCard({
  overview: { top_models: rows, cost: whole },
}: {
  readonly overview: Overview;
}) {
  const share = (cost: number): string => percent(whole === 0 ? 0 : (cost / whole) * 100);
  return (
    <Card title="Top models" h="100%">
      {rows.length === 0 ? (
        <Nothing />
      ) : (
        <SumsTable
          label="Models by cost"
          first="Model"
          columns={["Calls", "Tokens", "Cost", "Share", "Failed"]}
          minWidth={480}
          rows={rows.map((row) => ({
            key: `${row.provider} ${row.model}`,
            name: <ModelName provider={row.provider} model={row.model} />,
            cells: [
              <Amount key="calls" of={row.calls} />,
              <Amount key="tokens" of={row.tokens} />,
              <Money key="cost" dollars={row.cost} />,
              share(row.cost),
              percent(row.error_rate),
            ],
          }))}
          total={{
            name: "Together",
            cells: [
              <Amount key="calls" of={sumOf(rows, "calls")} />,
              <Amount key="tokens" of={sumOf(rows, "tokens")} />,
              <Money key="cost" dollars={sumOf(rows, "cost")} />,
              share(sumOf(rows, "cost")),
              null,
            ],
          }}
        />
      )}
    </Card>
  );
}

function ModelName({ provider, model }: { readonly provider: string; readonly model: string }) {
  return (
    <Group gap={6} wrap="nowrap" title={`${provider} ${model}`}>
      <span
        className={classes["chip"]}
        style={{ background: providerColour(provider) }}
        aria-hidden
      />
      <Text span inherit truncate>
        {model === "" ? provider : model}
      </Text>
    </Group>
  );
}

function Nothing() {
  return (
    <Text size="sm" c="dimmed">
      No calls in these days.
    </Text>
  );
}
