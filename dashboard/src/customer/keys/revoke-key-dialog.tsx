/** Asks before a key is ended: what stops, and that it stays so. */
import { Text } from "@mantine/core";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { useSubject } from "../../app/subject.tsx";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { LastUsed } from "../../parts/last-used.tsx";
import type { OwnKey } from "./key-queries.ts";

export function RevokeKeyDialog({
  revoked,
  onClose,
  onDone,
}: {
  /** null: none, and nothing is shown. */
  readonly revoked: OwnKey | null;
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}) {
  const { userId, isOwn } = useSubject();
  return (
    <AskDialog
      of={revoked}
      title={({ name }) => `Revoke the key ${name}`}
      doWords={({ name }) => `Revoke ${name}`}
      leaveWords="Keep it"
      refusedWords="Nothing was revoked"
      act={async ({ id, name }) => {
        await client.revokeKey(userId, id);
        onDone(`${name} is revoked: calls with it are refused from now on.`);
        await queries.invalidateQueries({ queryKey: ["customer", userId] });
      }}
      onClose={onClose}
    >
      {({ prefix, last_used_at: used }) => (
        <>
          <Text size="sm">
            The next call with <b>{prefix}…</b> is refused, everywhere, within a second. That cannot
            be taken back; you can make another key. What was used with it stays counted.
          </Text>
          <Text size="sm">
            <LastUsed at={used} />
            {isOwn ? " If you signed in with this key, you are signed out too." : ""}
          </Text>
        </>
      )}
    </AskDialog>
  );
}
