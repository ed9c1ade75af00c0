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
import { eventWords } from "./event-words.ts";
import { type Delivery, type DeliveryState, readNoticesAnew } from "./notice-queries.ts";
import classes from "./notifications.module.css";

const COLUMNS: readonly Column[] = [
  { name: "Message" },
  { name: "State" },
  { name: "To" },
  { name: "About" },
  { name: "Attempts", isFigures: true },
  { name: "Answer" },
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
        minWidth={820}
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
  const { receiver, user_id: userId, attempts } = delivery;
  return [
    <Told key="event" of={delivery} />,
    <State key="state" of={delivery} retry={retry} />,
    <div key="to" className={classes["receiver"]}>
      {receiver}
    </div>,
    userId === null ? (
      <span key="about" className={classes["whole"]}>
        the deployment
      </span>
    ) : (
      <PageLink key="about" to={`//customers/${encodeURIComponent(userId)}`} inherit>
        <span className={classes["receiver"]}>{userId}</span>
      </PageLink>
    ),
    exactly(attempts),
    <Answered key="answer" of={delivery} />,
  ];
}

function Told({ of: { event, created_at: at } }: { readonly of: Delivery }) {
  return (
    <div className={classes["whole"]}>
      {eventWords(event)}
      <Text size="xs" c="dimmed">
        <RelativeTime at={at} />
      </Text>
    </div>
  );
}

function State({ of, retry }: { readonly of: Delivery; readonly retry: Retry }) {
  const { state, event, receiver, next_attempt_at: next, ended_at: ended } = of;
  const at = next ?? ended;
  return (
    <div className={classes["whole"]}>
      <ToneWord tone={TONES[state]} words={STATE_WORDS[state]} />
      {at === null ? null : (
        <Text size="xs" c="dimmed">
          {next === null ? "" : "next attempt "}
          <RelativeTime at={at} />
        </Text>
      )}
      {state === "sent" ? null : (
        <Button
          size="compact-xs"
          variant="default"
          mt={4}
          aria-label={`Try again: ${eventWords(event)} to ${receiver}`}
          loading={retry.isBusy}
          onClick={retry.onRetry}
        >
          Try again
        </Button>
      )}
    </div>
  );
}

/** What the receiver said, or why there was no answer. */
function Answered({ of }: { readonly of: Delivery }) {
  const { last_error: error, last_status: status, state } = of;
  if (error === null) return state === "sent" && status !== null ? `answered ${status}` : "–";
  return (
    <Text size="xs" className={classes["error"]}>
      {error}
    </Text>
  );
}
