/** The messages of the outbox as a table, each with the button that tries it again. */
import { Button, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { PageLink } from "../../app/page-link.tsx";
import { exactly } from "../../parts/format.ts";
import { type Column, RowsTable } from "../../parts/rows-table.tsx";
import { Refused, Said } from "../../parts/said.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import { type Tone, ToneWord } from "../../parts/tone-word.tsx";
import { STATE_WORDS } from "./asked-outbox.ts";
import { eventWords } from "./event-choice.tsx";
import { type Delivery, type DeliveryState, readNoticesAnew } from "./notice-queries.ts";
import classes from "./notifications.module.css";

const COLUMNS: readonly Column[] = [
  { name: "Message" },
  { name: "To" },
  { name: "About" },
  { name: "State" },
  { name: "Attempts", isFigures: true },
  { name: "Next or last" },
  { name: "Last error" },
  { name: "Action" },
];

export function DeliveriesTable({ deliveries }: { readonly deliveries: readonly Delivery[] }) {
  const [said, setSaid] = useState<string | null>(null);
  const retrying = useMutation({
    mutationFn: async ({ id }: Delivery) => client.admin.retryDelivery(id),
    onSuccess: async (_, { receiver }) => {
      await readNoticesAnew();
      setSaid(`The message to ${receiver} is tried again now.`);
    },
  });
  return (
    <>
      <Said words={said} />
      <Refused fault={retrying.error} title="It is not tried again" />
      <RowsTable
        label="Messages, newest first"
        minWidth={980}
        columns={COLUMNS}
        rows={deliveries.map((delivery) => ({
          key: delivery.id,
          cells: cellsOf(delivery, {
            onRetry: () => retrying.mutate(delivery),
            isBusy: retrying.isPending && retrying.variables.id === delivery.id,
          }),
        }))}
      />
    </>
  );
}

const TONES: Readonly<Record<DeliveryState, Tone>> = {
  pending: "quiet",
  sent: "fine",
  dead: "close",
  dropped: "quiet",
};

interface Retry {
  readonly onRetry: () => void;
  readonly isBusy: boolean;
}

function cellsOf(delivery: Delivery, retry: Retry) {
  const { event, receiver, user_id: userId, state, attempts } = delivery;
  return [
    <Told key="event" of={delivery} />,
    <span key="to" className={classes["name"]}>
      {receiver}
    </span>,
    userId === null ? (
      "the deployment"
    ) : (
      <PageLink key="about" to={`//customers/${encodeURIComponent(userId)}`} inherit>
        <span className={classes["name"]}>{userId}</span>
      </PageLink>
    ),
    <ToneWord key="state" tone={TONES[state]} words={STATE_WORDS[state]} />,
    exactly(attempts),
    <NextOrLast key="when" of={delivery} />,
    <Fault key="error" of={delivery} />,
    state === "sent" ? null : (
      <Button
        key="retry"
        size="compact-sm"
        variant="default"
        aria-label={`Try again: ${eventWords(event)} to ${receiver}`}
        loading={retry.isBusy}
        onClick={retry.onRetry}
      >
        Try again
      </Button>
    ),
  ];
}

function Told({ of: { event, created_at: at } }: { readonly of: Delivery }) {
  return (
    <>
      {eventWords(event)}
      <Text size="xs" c="dimmed">
        <RelativeTime at={at} />
      </Text>
    </>
  );
}

function NextOrLast({ of }: { readonly of: Delivery }) {
  const { next_attempt_at: next, ended_at: ended } = of;
  if (next !== null) return <RelativeTime at={next} />;
  return ended === null ? "–" : <RelativeTime at={ended} />;
}

function Fault({
  of: { last_error: error, last_status: status, state },
}: {
  readonly of: Delivery;
}) {
  if (error === null) return state === "sent" && status !== null ? `answered ${status}` : "–";
  return (
    <Text size="xs" className={classes["error"]}>
      {error}
    </Text>
  );
}
