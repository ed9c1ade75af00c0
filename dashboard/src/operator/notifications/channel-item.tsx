/** One channel, and the buttons that try, change, pause and remove it. */
import { Alert, Button, Group, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useId } from "react";
import { useAddress } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { PageLink } from "../../app/page-link.tsx";
import { exactly } from "../../parts/format.ts";
import { Refused, Said } from "../../parts/said.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import { ToneWord } from "../../parts/tone-word.tsx";
import { addressOf, fareOf, KIND_NAMES, lastWords, testWords } from "./channel-words.ts";
import { eventsWords } from "./event-words.ts";
import { type Channel, readNoticesAnew } from "./notice-queries.ts";
import classes from "./notifications.module.css";

export function ChannelItem({
  channel,
  onSaid,
}: {
  readonly channel: Channel;
  readonly onSaid: (words: string) => void;
}) {
  const id = useId();
  const testing = useMutation({ mutationFn: () => client.admin.testChannel(channel.id) });
  const resuming = useMutation({
    mutationFn: () => client.admin.editChannel(channel.id, { paused: false }),
    onSuccess: async () => {
      await readNoticesAnew();
      onSaid(`${channel.name} takes messages again, from now on.`);
    },
  });
  return (
    <li className={classes["item"]} aria-labelledby={id}>
      <Group justify="space-between" gap="xs" align="flex-start">
        <Group gap="sm" miw={0}>
          <Title order={2} size="h5" id={id} className={classes["name"]}>
            {channel.name}
          </Title>
          <Text span size="xs" c="dimmed">
            {KIND_NAMES[channel.kind]}
          </Text>
          <ToneWord {...fareOf(channel)} />
        </Group>
        <Buttons
          channel={channel}
          isTesting={testing.isPending}
          onTest={() => testing.mutate()}
          isResuming={resuming.isPending}
          onResume={() => resuming.mutate()}
        />
      </Group>
      <Facts of={channel} />
      <div style={{ marginTop: testing.isIdle ? 0 : 8 }}>
        <Said words={testing.data?.delivered === true ? testWords(testing.data, channel) : null} />
        {testing.data?.delivered === false ? (
          <Alert color="gray" role="alert" title="The test did not arrive" py="xs">
            {testWords(testing.data, channel)}
          </Alert>
        ) : null}
        <Refused fault={testing.error ?? resuming.error} />
      </div>
    </li>
  );
}

function Buttons({
  channel: { id, name, kind, paused },
  isTesting,
  onTest,
  isResuming,
  onResume,
}: {
  readonly channel: Channel;
  readonly isTesting: boolean;
  readonly onTest: () => void;
  readonly isResuming: boolean;
  readonly onResume: () => void;
}) {
  const [, change] = useAddress();
  const button = { size: "compact-sm", variant: "default" } as const;
  const asking = (ask: string) => () => change({ ask, channel: String(id) });
  return (
    <Group gap={6}>
      <Button
        {...button}
        aria-label={`Send a test to ${name}`}
        loading={isTesting}
        onClick={onTest}
      >
        Send a test
      </Button>
      <Button {...button} aria-label={`Change ${name}`} onClick={asking("edit")}>
        Change
      </Button>
      {paused ? (
        <Button {...button} aria-label={`Resume ${name}`} loading={isResuming} onClick={onResume}>
          Resume
        </Button>
      ) : (
        <Button {...button} aria-label={`Pause ${name}`} onClick={asking("pause")}>
          Pause
        </Button>
      )}
      {kind === "webhook" ? (
        <Button {...button} aria-label={`Replace secret of ${name}`} onClick={asking("secret")}>
          Replace secret
        </Button>
      ) : null}
      <Button {...button} aria-label={`Remove ${name}`} onClick={asking("remove")}>
        Remove
      </Button>
    </Group>
  );
}

function Facts({ of }: { readonly of: Channel }) {
  const { events, user_id: userId, waiting, last_message: last, paused_at: pausedAt } = of;
  return (
    <dl className={classes["facts"]}>
      <dt>Goes to</dt>
      <dd>{addressOf(of)}</dd>
      <dt>Takes</dt>
      <dd>
        {eventsWords(events)}
        {userId === null ? null : (
          <>
            , about{" "}
            <PageLink to={`//customers/${encodeURIComponent(userId)}`} inherit underline="always">
              {userId}
            </PageLink>{" "}
            only
          </>
        )}
      </dd>
      <dt>Last message</dt>
      <dd>
        {last === null ? (
          "none so far"
        ) : (
          <>
            {lastWords(last)}, <RelativeTime at={last.created_at} />
            {last.error === null ? "" : `. ${last.error}`}
          </>
        )}
      </dd>
      {waiting === 0 ? null : (
        <>
          <dt>Waiting</dt>
          <dd>
            <PageLink
              to="//notifications"
              search={{ tab: "outbox", state: "pending", channel: String(of.id) }}
              inherit
            >
              {exactly(waiting)} {waiting === 1 ? "message" : "messages"}
            </PageLink>
          </dd>
        </>
      )}
      {pausedAt === null ? null : (
        <>
          <dt>Paused</dt>
          <dd>
            <RelativeTime at={pausedAt} />
          </dd>
        </>
      )}
      <SecretEnds of={of} />
    </dl>
  );
}

function SecretEnds({ of: { replaced_secret_ends_at: endsAt } }: { readonly of: Channel }) {
  if (endsAt === undefined) return null;
  return (
    <>
      <dt>Replaced secret</dt>
      <dd>
        signs beside the new one; ends <RelativeTime at={endsAt} />
      </dd>
    </>
  );
}
