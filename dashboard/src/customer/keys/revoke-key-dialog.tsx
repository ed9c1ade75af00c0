/** Asks before a key is ended: what stops, and that it stays so. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { useSubject } from "../../app/subject.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Refused } from "../../parts/said.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import type { OwnKey } from "./key-queries.ts";

interface Parts {
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}

export function RevokeKeyDialog({
  revoked,
  ...parts
}: Parts & {
  /** null: none, and nothing is shown. */
  readonly revoked: OwnKey | null;
}) {
  return (
    <Dialog
      title={`Revoke the key ${revoked?.name ?? ""}`}
      isOpen={revoked !== null}
      onClose={parts.onClose}
    >
      {revoked === null ? null : <RevokeForm revoked={revoked} {...parts} />}
    </Dialog>
  );
}

function RevokeForm({ revoked, onClose, onDone }: Parts & { readonly revoked: OwnKey }) {
  const { userId, isOwn } = useSubject();
  const revoking = useMutation({
    mutationFn: () => client.revokeKey(userId, revoked.id),
    onSuccess: () => {
      onDone(`${revoked.name} is revoked: calls with it are refused from now on.`);
      return queries.invalidateQueries({ queryKey: ["customer", userId] });
    },
  });
  return (
    <Stack>
      <Text size="sm">
        The next call with <b>{revoked.prefix}…</b> is refused, everywhere, within a second. That
        cannot be taken back; you can make another key. What was used with it stays counted.
      </Text>
      <Text size="sm">
        {revoked.last_used_at === null ? (
          "It was never used."
        ) : (
          <>
            It was last used <RelativeTime at={revoked.last_used_at} />.
          </>
        )}
        {isOwn ? " If you signed in with this key, you are signed out too." : ""}
      </Text>
      <Refused fault={revoking.error} title="Nothing was revoked" />
      <Group>
        <Button onClick={() => revoking.mutate()} loading={revoking.isPending}>
          Revoke {revoked.name}
        </Button>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
      </Group>
    </Stack>
  );
}
