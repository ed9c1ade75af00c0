/** A customer's last calls and alerts. */
import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { UsageLog } from "../../../../src/client/log-methods.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Amount } from "../../parts/amount.tsx";
import { duration } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { RowsTable } from "../../parts/rows-table.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { ExactTime, RelativeTime } from "../../parts/time.tsx";
import classes from "./customers.module.css";
import { alertsQuery, type CustomerAlert, callsQuery } from "./story-queries.ts";

export function CallsPart({ id }: { readonly id: string }) {
  const query = useQuery(callsQuery(id));
  return (
    <Await query={query} height={420}>
      {(calls) =>
        calls.length === 0 ? (
          <Empty title="No calls yet">The first one shows up here by itself.</Empty>
        ) : (
          <>
            <RowsTable
              label="Last calls"
              minWidth={620}
              columns={[
                { name: "When" },
                { name: "Model" },
                { name: "Status" },
                { name: "Tokens", isFigures: true },
                { name: "Cost", isFigures: true },
                { name: "Took", isFigures: true },
              ]}
              rows={calls.map((call) => ({ key: call.event_id, cells: cellsOf(call) }))}
            />
            <PageLink to="/calls" size="sm">
              All calls
            </PageLink>
          </>
        )
      }
    </Await>
  );
}

function cellsOf(call: UsageLog) {
  return [
    <PageLink key="when" to={`/calls/${encodeURIComponent(call.event_id)}`} inherit>
      <RelativeTime at={call.timestamp} />
    </PageLink>,
    <span key="model" className={classes["words"]}>
      {call.model_used ?? call.provider}
    </span>,
    call.status === "success" ? "success" : `failed, ${call.status_code}`,
    <Amount key="tokens" of={call.tokens_total} />,
    <Money key="cost" dollars={call.cost_total} />,
    call.response_time === 0 ? "–" : duration(call.response_time),
  ];
}

export function AlertsPart({ id }: { readonly id: string }) {
  const query = useQuery(alertsQuery(id));
  return (
    <Await query={query} height={240}>
      {({ alerts, total }) =>
        alerts.length === 0 ? (
          <Empty title="No alerts">Nothing was near a limit.</Empty>
        ) : (
          <>
            <ul className={classes["list"]}>
              {alerts.map((alert) => (
                <AlertLine key={alert.id} alert={alert} />
              ))}
            </ul>
            {total > alerts.length ? (
              <PageLink to="/alerts" size="sm">
                All {total} alerts
              </PageLink>
            ) : null}
          </>
        )
      }
    </Await>
  );
}

function AlertLine({ alert }: { readonly alert: CustomerAlert }) {
  return (
    <li>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          {alert.title}
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {alert.is_read ? "read" : "not read yet"} · <ExactTime at={alert.created_at} />
        </Text>
      </Group>
      <Text size="sm">{alert.message}</Text>
    </li>
  );
}
