/** Asks before a channel is removed. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { client } from "../../app/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Refused } from "../../parts/said.tsx";
import { addressOf } from "./channel-words.ts";
import { type Channel, readNoticesAnew } from "./notice-queries.ts";
import { waitingWords } from "./pause-dialog.tsx";

interface Parts {
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}

export function RemoveDialog({
  channel,
  ...parts
}: Parts & {
  /** null: none, and nothing is shown. */
  readonly channel: Channel | null;
}) {
  return (
    <Dialog
      title={`Remove ${channel?.name ?? ""}`}
      isOpen={channel !== null}
      onClose={parts.onClose}
    >
      {channel === null ? null : <RemoveForm channel={channel} {...parts} />}
    </Dialog>
  );
}

function RemoveForm({ channel, onClose, onDone }: Parts & { readonly channel: Channel }) {
  const { id, name, waiting } = channel;
  const removing = useMutation({
    mutationFn: () => client.admin.removeChannel(id),
    onSuccess: async () => {
      await readNoticesAnew();
      onDone(`${name} is removed.`);
    },
  });
  return (
    <Stack>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        Nothing goes to {addressOf(channel)} any more.
        {waiting === 0
          ? ""
          : ` ${waitingWords(waiting)} there ${waiting === 1 ? "is" : "are"} dropped.`}{" "}
        That cannot be taken back; you can add it again, with another secret.
      </Text>
      <Refused fault={removing.error} title="It was not removed" />
      <Group>
        <Button onClick={() => removing.mutate()} loading={removing.isPending}>
          Remove {name}
        </Button>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
      </Group>
    </Stack>
  );
}
