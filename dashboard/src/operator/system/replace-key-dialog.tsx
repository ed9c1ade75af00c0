/** Replaces a key of the deployment by a new one. */
import { Text } from "@mantine/core";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { ReplaceDialog } from "../../parts/replace-dialog.tsx";
import type { MadeKey } from "./keys-tab.tsx";
import type { OperatorKey } from "./system-queries.ts";

export function ReplaceKeyDialog({
  replaced,
  onClose,
  onDone,
  onMade,
}: {
  /** null: none, and nothing is shown. */
  readonly replaced: OperatorKey | null;
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
  readonly onMade: (made: MadeKey) => void;
}) {
  return (
    <ReplaceDialog
      of={replaced}
      title={({ name }) => `Replace the key ${name}`}
      question={({ prefix }) => `How long should ${prefix}… still work?`}
      doWords={({ name }) => `Replace ${name}`}
      act={async ({ id, name }, seconds) => {
        const { key } = await client.admin.rotateKey(id, { overlap_seconds: seconds });
        onMade({ name, text: key, note: noteOf(seconds) });
        await queries.invalidateQueries({ queryKey: ["operator", "keys"] });
        onDone(`${name} is replaced.`);
      }}
      onClose={onClose}
      note={
        <Text size="sm" c="dimmed">
          Whoever signed in here with the one before is signed out when it ends.
        </Text>
      }
    >
      <Text size="sm">A new key takes its place, with the same name, kind and end.</Text>
    </ReplaceDialog>
  );
}

function noteOf(seconds: number): string {
  return seconds === 0
    ? "The one before has ended."
    : "The one before still works for the time that you chose.";
}
