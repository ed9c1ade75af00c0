/** Asks before a channel is paused: what is not told meanwhile. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { client } from "../../app/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { exactly } from "../../parts/format.ts";
import { Refused } from "../../parts/said.tsx";
import { type Channel, readNoticesAnew } from "./notice-queries.ts";

interface Parts {
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}

export function PauseDialog({
  channel,
  ...parts
}: Parts & {
  /** null: none, and nothing is shown. */
  readonly channel: Channel | null;
}) {
  return (
    <Dialog
      title={`Pause ${channel?.name ?? ""}`}
      isOpen={channel !== null}
      onClose={parts.onClose}
    >
      {channel === null ? null : <PauseForm channel={channel} {...parts} />}
    </Dialog>
  );
}

function PauseForm({ channel, onClose, onDone }: Parts & { readonly channel: Channel }) {
  const { id, name, waiting } = channel;
  const pausing = useMutation({
    mutationFn: () => client.admin.editChannel(id, { paused: true }),
    onSuccess: async () => {
      await readNoticesAnew();
      onDone(`${name} is paused: nothing goes there until you resume it.`);
    },
  });
  return (
    <Stack>
      <Text size="sm">
        While it is paused nothing new is put in its line, and that is not made up for later.
        {waiting === 0
          ? ""
          : ` ${waitingWords(waiting)} there now ${waiting === 1 ? "is" : "are"} dropped when the turn comes.`}{" "}
        Alerts stay on these pages all the same.
      </Text>
      <Refused fault={pausing.error} title="It was not paused" />
      <Group>
        <Button onClick={() => pausing.mutate()} loading={pausing.isPending}>
          Pause {name}
        </Button>
        <Button variant="default" onClick={onClose}>
          Let it run
        </Button>
      </Group>
    </Stack>
  );
}

/** At the beginning of a sentence. */
export function waitingWords(waiting: number): string {
  return waiting === 1 ? "The message that waits" : `The ${exactly(waiting)} messages that wait`;
}
