/** The last calls, as they arrive; while one reads, new ones wait. */
import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { UsageLog } from "../../../../src/client/log-methods.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSubject } from "../../app/subject.tsx";
import { Amount } from "../../parts/amount.tsx";
import { clockTime, exactTime, shortDay } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { Card } from "../../parts/page.tsx";
import type { ShownPeriod } from "../../parts/period-picker.tsx";
import { Await } from "../../parts/states.tsx";
import { useReading } from "../../parts/use-reading.ts";
import type { Filter } from "./filter.ts";
import classes from "./overview.module.css";
import { callsQuery } from "./overview-queries.ts";
import { shownCalls } from "./shown-calls.ts";

const HEIGHT = 236;

export function JustNow({
  period,
  filter,
}: {
  readonly period: ShownPeriod;
  readonly filter: Filter;
}) {
  const { userId } = useSubject();
  const query = useQuery(callsQuery(userId, period.billingPeriod, filter));
  const reading = useHeld(query.data ?? []);
  const { waiting } = reading;
  return (
    <div className={classes["filling"]} {...reading.watching}>
      <Card
        className={classes["whole"]}
        title={period.isPresent ? "Just now" : "Last calls"}
        p="sm"
        aside={
          <Group gap="xs">
            {waiting === 0 ? null : (
              <Button size="compact-xs" variant="light" onClick={reading.showNew}>
                {waiting === 1 ? "1 new call" : `${waiting} new calls`}
              </Button>
            )}
            <PageLink to="/calls" size="xs" search={{ period: period.billingPeriod, ...filter }}>
              All calls
            </PageLink>
          </Group>
        }
      >
        <Await query={query} height={HEIGHT}>
          {() =>
            reading.shown.length === 0 ? (
              <Text size="sm" c="dimmed">
                No calls yet.
              </Text>
            ) : (
              <section className={classes["calls"]} aria-label="Last calls" {...reading.scrolling}>
                <CallTable calls={reading.shown} />
              </section>
            )
          }
        </Await>
      </Card>
    </div>
  );
}

/** Holds the list as it was while it is read. */
function useHeld(calls: readonly UsageLog[]) {
  const [held, setHeld] = useState<readonly UsageLog[] | null>(null);
  const reading = useReading({
    begin: () => setHeld((before) => before ?? calls),
    end: () => setHeld(null),
  });
  return {
    ...reading,
    ...shownCalls(calls, held),
    showNew: () => {
      setHeld(calls);
      reading.toTop();
    },
  };
}

function CallTable({ calls }: { readonly calls: readonly UsageLog[] }) {
  return (
    <table aria-label="Last calls" className={classes["table"]}>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Model</th>
          <th scope="col" className="figures">
            Tokens
          </th>
          <th scope="col" className="figures">
            Cost
          </th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call) => (
          <CallLine key={call.event_id} call={call} />
        ))}
      </tbody>
    </table>
  );
}

function CallLine({ call }: { readonly call: UsageLog }) {
  const { timestamp, event_id: id, model_used: model, provider, status, status_code: code } = call;
  const isToday = new Date(timestamp).toDateString() === new Date().toDateString();
  return (
    <tr>
      <td style={{ whiteSpace: "nowrap" }}>
        <time className="figures" dateTime={timestamp} title={exactTime(timestamp)}>
          {isToday ? clockTime(timestamp) : shortDay(timestamp)}
        </time>
      </td>
      <td className={classes["wide"]}>
        <Text inherit truncate component="div" title={model ?? provider}>
          {status === "failed" ? <b>failed {code} </b> : null}
          <PageLink to={`/calls/${id}`} inherit>
            {model ?? provider}
          </PageLink>
        </Text>
      </td>
      <td className="figures">
        <Amount of={call.tokens_total} />
      </td>
      <td className="figures">
        <Money dollars={call.cost_total} />
      </td>
    </tr>
  );
}
