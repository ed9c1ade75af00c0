/** Changes where a channel leads, what it is called, and what goes there. */
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { EVENT_PATTERNS } from "../../../../src/core/alerts/event-types.ts";
import { client } from "../../app/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Refused } from "../../parts/said.tsx";
import { addressOf } from "./channel-words.ts";
import { EventChoice } from "./event-choice.tsx";
import { reasonOf } from "./field-fault.ts";
import { type Channel, type EventPattern, readNoticesAnew } from "./notice-queries.ts";

interface Parts {
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}

export function EditChannelDialog({
  channel,
  ...parts
}: Parts & {
  /** null: none, and nothing is shown. */
  readonly channel: Channel | null;
}) {
  return (
    <Dialog
      title={`Change ${channel?.name ?? ""}`}
      isOpen={channel !== null}
      onClose={parts.onClose}
      size="xl"
    >
      {channel === null ? null : <EditForm channel={channel} {...parts} />}
    </Dialog>
  );
}

function EditForm({ channel, onClose, onDone }: Parts & { readonly channel: Channel }) {
  const [name, setName] = useState(channel.name);
  const [address, setAddress] = useState("");
  const [events, setEvents] = useState(() => patternsOf(channel.events));
  const changing = useMutation({
    mutationFn: () => {
      const field = channel.kind === "email" ? "to" : "url";
      return client.admin.editChannel(channel.id, {
        name,
        events: [...events],
        ...(address.trim() === "" ? {} : { [field]: address.trim() }),
      });
    },
    onSuccess: async (changed) => {
      await readNoticesAnew();
      onDone(`${changed.name} is changed, on every node.`);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        changing.mutate();
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          value={name}
          onChange={({ currentTarget: { value } }) => setName(value)}
          maxLength={200}
          required
          error={reasonOf(changing.error, "name")}
        />
        <TextInput
          label={channel.kind === "email" ? "Another e-mail address" : "Another address"}
          description={`Left empty, it stays ${addressOf(channel)}. What waits goes to the new one, too.`}
          type={channel.kind === "email" ? "email" : "url"}
          value={address}
          onChange={({ currentTarget: { value } }) => setAddress(value)}
          error={reasonOf(changing.error, channel.kind === "email" ? "to" : "url")}
          styles={{ description: { overflowWrap: "anywhere" } }}
        />
        <EventChoice value={events} onChange={setEvents} isOfCustomer={channel.user_id !== null} />
        <Refused fault={changing.error} title="Nothing was changed" />
        <Group>
          <Button type="submit" loading={changing.isPending} disabled={events.length === 0}>
            Change the channel
          </Button>
          <Button variant="default" onClick={onClose}>
            Leave it as it is
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function patternsOf(events: readonly string[]): readonly EventPattern[] {
  return EVENT_PATTERNS.filter((pattern) => events.includes(pattern));
}
