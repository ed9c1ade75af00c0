/** The channels by which alerts leave: what each takes, how it fares, and what can be done with it. */
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import { Said } from "../../parts/said.tsx";
import { ShownOnce } from "../../parts/shown-once.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { AddChannelDialog } from "./add-channel-dialog.tsx";
import { ChannelItem } from "./channel-item.tsx";
import { EditChannelDialog } from "./edit-channel-dialog.tsx";
import { type Channel, channelsQuery } from "./notice-queries.ts";
import classes from "./notifications.module.css";
import { PauseDialog } from "./pause-dialog.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { RotateSecretDialog } from "./rotate-secret-dialog.tsx";

/** A webhook's secret that was just made. */
export interface MadeSecret {
  readonly channel: string;
  readonly text: string;
  readonly note: string;
}

export function ChannelsTab() {
  const query = useQuery(channelsQuery);
  const [, change] = useAddress();
  const [said, setSaid] = useState<string | null>(null);
  const [secret, setSecret] = useState<MadeSecret | null>(null);
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" flex={1} miw={220}>
          Where alerts go besides these pages. Mail to customers goes out by their own preferences.
        </Text>
        <Button onClick={() => change({ ask: "add" })}>Add a channel</Button>
      </Group>
      <Said words={said} />
      {secret === null ? null : (
        <ShownOnce
          title={`Secret of ${secret.channel}`}
          what="the secret"
          text={secret.text}
          note={secret.note}
          onPutAway={() => setSecret(null)}
        />
      )}
      <Await query={query} height={420}>
        {(channels) => (
          <>
            <ChannelList channels={channels} onSaid={setSaid} />
            <Dialogs channels={channels} onSaid={setSaid} onSecret={setSecret} />
          </>
        )}
      </Await>
    </Stack>
  );
}

function ChannelList({
  channels,
  onSaid,
}: {
  readonly channels: readonly Channel[];
  readonly onSaid: (words: string) => void;
}) {
  if (channels.length === 0) {
    return (
      <Empty order={2} title="No channels yet">
        Add an e-mail address, a webhook or Slack, and what happens to customers and to the
        deployment is told there within moments. A test says at once whether it arrives.
      </Empty>
    );
  }
  return (
    <Paper withBorder radius="md">
      <ul className={classes["list"]} aria-label="Channels">
        {channels.map((channel) => (
          <ChannelItem key={channel.id} channel={channel} onSaid={onSaid} />
        ))}
      </ul>
    </Paper>
  );
}

/** Which one is open stands in the address, with the channel that it is about. */
function Dialogs({
  channels,
  onSaid,
  onSecret,
}: {
  readonly channels: readonly Channel[];
  readonly onSaid: (words: string) => void;
  readonly onSecret: (secret: MadeSecret) => void;
}) {
  const [{ ask, channel: id }, change] = useAddress();
  const named = channels.find((each) => String(each.id) === id) ?? null;
  const onClose = (): void => change({ ask: undefined, channel: undefined });
  const onDone = (words: string): void => {
    onSaid(words);
    onClose();
  };
  const ofAsked = (asked: string): Channel | null => (ask === asked ? named : null);
  const parts = { onClose, onDone, onSecret };
  return (
    <>
      <AddChannelDialog isOpen={ask === "add"} {...parts} />
      <EditChannelDialog channel={ofAsked("edit")} {...parts} />
      <PauseDialog channel={ofAsked("pause")} {...parts} />
      <RotateSecretDialog channel={ofAsked("secret")} {...parts} />
      <RemoveDialog channel={ofAsked("remove")} {...parts} />
    </>
  );
}
