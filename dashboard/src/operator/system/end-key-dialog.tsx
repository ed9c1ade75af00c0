/** Asks before a key of the deployment is revoked. */
import { Text } from "@mantine/core";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { LastUsed } from "../../parts/last-used.tsx";
import type { OperatorKey } from "./system-queries.ts";

export function EndKeyDialog({
  ended,
  onClose,
  onDone,
}: {
  /** null: none, and nothing is shown. */
  readonly ended: OperatorKey | null;
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}) {
  return (
    <AskDialog
      of={ended}
      title={({ name }) => `Revoke the key ${name}`}
      doWords={({ name }) => `Revoke ${name}`}
      leaveWords="Keep it"
      refusedWords="Nothing was revoked"
      act={async ({ id, name }) => {
        await client.admin.revokeKey(id);
        onDone(`${name} is revoked: whatever comes with it is refused from now on.`);
        await queries.invalidateQueries({ queryKey: ["operator", "keys"] });
      }}
      onClose={onClose}
    >
      {({ kind, prefix, last_used_at: used }) => (
        <>
          <Text size="sm">
            The next request with <b>{prefix}…</b> is refused, everywhere, within a second
            {kind === "service" ? ", and so are the calls that your backend makes with it" : ""}.
            That cannot be taken back; you can make another key.
          </Text>
          <Text size="sm">
            <LastUsed at={used} /> Whoever signed in here with it is signed out.
          </Text>
        </>
      )}
    </AskDialog>
  );
}
