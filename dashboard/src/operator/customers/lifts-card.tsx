/** Limits of a customer that have another cap for a while: which, until when, and the way back. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { limitAmount, limitName, windowWords } from "../../parts/limit-words.ts";
import { Card } from "../../parts/page.tsx";
import { Refused } from "../../parts/said.tsx";
import { Await } from "../../parts/states.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { type LimitLift, liftsQuery, readAnew } from "./customer-queries.ts";
import classes from "./customers.module.css";

export function LiftsCard({
  id,
  onDone,
}: {
  readonly id: string;
  readonly onDone: (words: string) => void;
}) {
  const [, change] = useAddress();
  const query = useQuery(liftsQuery(id));
  return (
    <Card
      title="Lifted limits"
      aside={
        <Button size="compact-sm" variant="default" onClick={() => change({ ask: "lift" })}>
          Lift a limit
        </Button>
      }
    >
      <Await query={query} height={60}>
        {(lifts) => <Lifts id={id} lifts={lifts} onDone={onDone} />}
      </Await>
    </Card>
  );
}

function Lifts({
  id,
  lifts,
  onDone,
}: {
  readonly id: string;
  readonly lifts: readonly LimitLift[];
  readonly onDone: (words: string) => void;
}) {
  const ending = useMutation({
    mutationFn: (lift: LimitLift) => client.admin.endLimitLift(id, lift.id),
    onSuccess: async (lift) => {
      await readAnew(id);
      onDone(`${limitName(lift.limit)}: the plan's own limit holds again.`);
    },
  });
  const [held, past] = [
    lifts.filter(({ state }) => state === "in_force"),
    lifts.filter(({ state }) => state !== "in_force"),
  ];
  return (
    <Stack gap="sm">
      {held.length === 0 ? (
        <Text size="sm" c="dimmed">
          None: every limit is the plan's own. A lift gives one limit a higher cap until a time, and
          ends by itself.
        </Text>
      ) : (
        <ul className={classes["list"]}>
          {held.map((lift) => (
            <li key={lift.id}>
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <LiftWords lift={lift} />
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={ending.isPending && ending.variables.id === lift.id}
                  onClick={() => ending.mutate(lift)}
                  style={{ flex: "none" }}
                >
                  Take back
                </Button>
              </Group>
            </li>
          ))}
        </ul>
      )}
      {past.length === 0 ? null : (
        <Text size="xs" c="dimmed">
          {past.length === 1 ? "1 earlier lift is over." : `${past.length} earlier lifts are over.`}
        </Text>
      )}
      <Refused fault={ending.error} />
    </Stack>
  );
}

function LiftWords({ lift: { limit, max, plan_max: own, until, reason } }: { lift: LimitLift }) {
  return (
    <div>
      <Text size="sm">
        <b>{limitName(limit)}</b>: {capWords(limit.meter, max)} in {windowWords(limit.per)}
        {own === null ? "" : ` instead of ${capWords(limit.meter, own)}`}, until{" "}
        <ExactTime at={until} />
      </Text>
      {reason === null ? null : (
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {reason}
        </Text>
      )}
    </div>
  );
}

export function capWords(meter: LimitLift["limit"]["meter"], cap: number | "unlimited"): string {
  return cap === "unlimited" ? "no limit" : limitAmount(meter, cap);
}
