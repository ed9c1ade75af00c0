/** Asks before a key of the deployment is revoked. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Refused } from "../../parts/said.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import type { OperatorKey } from "./system-queries.ts";

interface Parts {
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
}

export function EndKeyDialog({
  ended,
  ...parts
}: Parts & {
  /** null: none, and nothing is shown. */
  readonly ended: OperatorKey | null;
}) {
  return (
    <Dialog
      title={`Revoke the key ${ended?.name ?? ""}`}
      isOpen={ended !== null}
      onClose={parts.onClose}
    >
      {ended === null ? null : <EndForm ended={ended} {...parts} />}
    </Dialog>
  );
}

function EndForm({ ended, onClose, onDone }: Parts & { readonly ended: OperatorKey }) {
  const { id, name, kind, prefix, last_used_at: used } = ended;
  const ending = useMutation({
    mutationFn: () => client.admin.revokeKey(id),
    onSuccess: async () => {
      onDone(`${name} is revoked: whatever comes with it is refused from now on.`);
      await queries.invalidateQueries({ queryKey: ["operator", "keys"] });
    },
  });
  return (
    <Stack>
      <Text size="sm">
        The next request with <b>{prefix}…</b> is refused, everywhere, within a second
        {kind === "service" ? ", and so are the calls that your backend makes with it" : ""}. That
        cannot be taken back; you can make another key.
      </Text>
      <Text size="sm">
        {used === null ? (
          "It was never used."
        ) : (
          <>
            It was last used <RelativeTime at={used} />.
          </>
        )}{" "}
        Whoever signed in here with it is signed out.
      </Text>
      <Refused fault={ending.error} title="Nothing was revoked" />
      <Group>
        <Button onClick={() => ending.mutate()} loading={ending.isPending}>
          Revoke {name}
        </Button>
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
      </Group>
    </Stack>
  );
}
