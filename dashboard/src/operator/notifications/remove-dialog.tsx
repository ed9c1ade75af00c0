/** Asks before a channel is removed. */
import { Text } from "@mantine/core";
import { client } from "../../app/client.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { addressOf } from "./channel-words.ts";
import { type Channel, readNoticesAnew } from "./notice-queries.ts";
import { waitingWords } from "./pause-dialog.tsx";

export function RemoveDialog({
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
      title={({ name }) => `Remove ${name}`}
      doWords={({ name }) => `Remove ${name}`}
      leaveWords="Keep it"
      refusedWords="It was not removed"
      act={async ({ id, name }) => {
        await client.admin.removeChannel(id);
        await readNoticesAnew();
        onDone(`${name} is removed.`);
      }}
      onClose={onClose}
    >
      {(removed) => (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          Nothing goes to {addressOf(removed)} any more.
          {removed.waiting === 0
            ? ""
            : ` ${waitingWords(removed.waiting)} there ${removed.waiting === 1 ? "is" : "are"} dropped.`}{" "}
          That cannot be taken back; you can add it again, with another secret.
        </Text>
      )}
    </AskDialog>
  );
}
