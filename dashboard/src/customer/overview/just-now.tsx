/** The last calls, as they arrive; while one reads, new ones wait. */
import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type PointerEvent, useRef, useState } from "react";
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

/**
 * Holds the list still while the pointer or the focus is in the card, or the list is scrolled. The card and not the list, so
 * that the way to the button does not let go of it. A finger scrolls, but does not hover.
 */
function useReading(calls: readonly UsageLog[]) {
  const [held, setHeld] = useState<readonly UsageLog[] | null>(null);
  const card = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLElement>(null);
  const isPointed = useRef(false);
  const hold = (): void => setHeld((before) => before ?? calls);
  const letGo = (): void => {
    const isFocused = card.current?.contains(document.activeElement) === true;
    const isScrolled = (list.current?.scrollTop ?? 0) > 0;
    if (!isFocused && !isScrolled && !isPointed.current) setHeld(null);
  };
  const point = (is: boolean) => (event: PointerEvent) => {
    if (event.pointerType === "touch") return;
    isPointed.current = is;
    if (is) hold();
    else letGo();
  };
  return {
    ...shownCalls(calls, held),
    showNew: () => {
      list.current?.scrollTo({ top: 0 });
      setHeld(calls);
    },
    watching: {
      ref: card,
      onPointerEnter: point(true),
      onPointerLeave: point(false),
      onFocus: hold,
      // The focus has moved only afterwards.
      onBlur: () => void setTimeout(letGo),
    },
    scrolling: {
      ref: list,
      onScroll: () => ((list.current?.scrollTop ?? 0) > 0 ? hold() : letGo()),
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
