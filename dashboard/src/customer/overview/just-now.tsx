/** The last calls, as they arrive; while one reads, new ones wait. */
import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { UsageLog } from "../../../../src/client/log-methods.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSubject } from "../../app/subject.tsx";
import { Amount } from "../../parts/amount.tsx";
import { clockTime, exactTime, shortDay } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { Card } from "../../parts/page.tsx";
import type { ShownPeriod } from "../../parts/period-picker.tsx";
import { Await } from "../../parts/states.tsx";
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
  const reading = useReading(query.data ?? []);
  return (
    <Card
      className={classes["filling"]}
      title={period.isPresent ? "Just now" : "Last calls"}
      p="sm"
      aside={
        reading.waiting === 0 ? (
          <PageLink to="/calls" size="xs" search={{ period: period.billingPeriod, ...filter }}>
            All calls
          </PageLink>
        ) : (
          <Button size="compact-xs" variant="light" onClick={reading.showNew}>
            {reading.waiting === 1 ? "1 new call" : `${reading.waiting} new calls`}
          </Button>
        )
      }
    >
      <Await query={query} height={HEIGHT}>
        {() =>
          reading.shown.length === 0 ? (
            <Text size="sm" c="dimmed">
              No calls yet.
            </Text>
          ) : (
            <section className={classes["calls"]} aria-label="Last calls" {...reading.watching}>
              <CallTable calls={reading.shown} />
            </section>
          )
        }
      </Await>
    </Card>
  );
}

/** Holds the list still while the pointer or the focus is in it, or it is scrolled. */
function useReading(calls: readonly UsageLog[]) {
  const [held, setHeld] = useState<readonly UsageLog[] | null>(null);
  const box = useRef<HTMLElement>(null);
  const { shown, waiting } = shownCalls(calls, held);
  const hold = (): void => setHeld((before) => before ?? calls);
  const isInside = (): boolean => {
    const inside = box.current;
    if (inside === null) return false;
    return (
      inside.scrollTop > 0 || inside.matches(":hover") || inside.contains(document.activeElement)
    );
  };
  const letGo = (): void => {
    if (!isInside()) setHeld(null);
  };
  return {
    shown,
    waiting,
    showNew: () => {
      box.current?.scrollTo({ top: 0 });
      setHeld(null);
    },
    watching: {
      ref: box,
      onPointerEnter: hold,
      onPointerLeave: letGo,
      onFocus: hold,
      // The focus has moved only afterwards.
      onBlur: () => void setTimeout(letGo),
      onScroll: () => (isInside() ? hold() : setHeld(null)),
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
