/** Asks before a channel is paused: what is not told meanwhile. */
import { Text } from "@mantine/core";
import { client } from "../../app/client.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { exactly } from "../../parts/format.ts";
import { type Channel, readNoticesAnew } from "./notice-queries.ts";

export function PauseDialog({
  channel,
  onClose,
  onDone,
}: {
  /** null: none, and nothing is shown. */
  readonly channel: Channel | null;
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}) {
  return (
    <AskDialog
      of={channel}
      title={({ name }) => `Pause ${name}`}
      doWords={({ name }) => `Pause ${name}`}
      leaveWords="Let it run"
      refusedWords="It was not paused"
      act={async ({ id, name }) => {
        await client.admin.editChannel(id, { paused: true });
        await readNoticesAnew();
        onDone(`${name} is paused: nothing goes there until you resume it.`);
      }}
      onClose={onClose}
    >
      {({ waiting }) => (
        <Text size="sm">
          While it is paused nothing new is put in its line, and that is not made up for later.
          {waiting === 0
            ? ""
            : ` ${waitingWords(waiting)} there now ${waiting === 1 ? "is" : "are"} dropped when the turn comes.`}{" "}
          Alerts stay on these pages all the same.
        </Text>
      )}
    </AskDialog>
  );
}

/** At the beginning of a sentence. */
export function waitingWords(waiting: number): string {
  return waiting === 1 ? "The message that waits" : `The ${exactly(waiting)} messages that wait`;
}
