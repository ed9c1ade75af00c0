/** Replaces a customer's key by a new one, which takes over its budget. */
import { Text } from "@mantine/core";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { useSubject } from "../../app/subject.tsx";
import { ReplaceDialog } from "../../parts/replace-dialog.tsx";
import type { MadeKey, OwnKey } from "./key-queries.ts";

export function RotateKeyDialog({
  replaced,
  onClose,
  onMade,
}: {
  /** null: none, and nothing is shown. */
  readonly replaced: OwnKey | null;
  readonly onClose: () => void;
  readonly onMade: (made: MadeKey) => void;
}) {
  const { userId } = useSubject();
  return (
    <ReplaceDialog
      of={replaced}
      title={({ name }) => `Replace the key ${name}`}
      question={({ prefix }) => `How long should ${prefix}… still work?`}
      doWords={({ name }) => `Replace ${name}`}
      act={async ({ id, name }, seconds) => {
        const made = await client.rotateKey(userId, id, { overlap_seconds: seconds });
        onMade({ ...made, name, replaces: name });
        await queries.invalidateQueries({ queryKey: ["customer", userId] });
      }}
      onClose={onClose}
    >
      <Text size="sm">
        A new key takes its place, with the same name, budget and end. The two count as one: what
        was used stays used.
      </Text>
    </ReplaceDialog>
  );
}
