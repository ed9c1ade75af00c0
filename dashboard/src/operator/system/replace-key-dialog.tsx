/** Replaces a key of the deployment by a new one, at once or with a while in which both work. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { OVERLAP_SECONDS, OverlapChoice } from "../../parts/overlap-choice.tsx";
import { Refused } from "../../parts/said.tsx";
import type { MadeKey } from "./keys-tab.tsx";
import type { OperatorKey } from "./system-queries.ts";

interface Parts {
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
  readonly onMade: (made: MadeKey) => void;
}

export function ReplaceKeyDialog({
  replaced,
  ...parts
}: Parts & {
  /** null: none, and nothing is shown. */
  readonly replaced: OperatorKey | null;
}) {
  return (
    <Dialog
      title={`Replace the key ${replaced?.name ?? ""}`}
      isOpen={replaced !== null}
      onClose={parts.onClose}
    >
      {replaced === null ? null : <ReplaceForm replaced={replaced} {...parts} />}
    </Dialog>
  );
}

function ReplaceForm({
  replaced: { id, name, prefix },
  onClose,
  onDone,
  onMade,
}: Parts & { readonly replaced: OperatorKey }) {
  const [overlap, setOverlap] = useState(OVERLAP_SECONDS);
  const replacing = useMutation({
    // Its answer holds the new key's text.
    gcTime: 0,
    mutationFn: async (seconds: number) => {
      const { key } = await client.admin.rotateKey(id, { overlap_seconds: seconds });
      const note =
        seconds === 0
          ? "The one before has ended."
          : "The one before still works for the time that you chose.";
      onMade({ name, text: key, note });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["operator", "keys"] });
      onDone(`${name} is replaced.`);
    },
  });
  return (
    <Stack>
      <Text size="sm">A new key takes its place, with the same name, kind and end.</Text>
      <OverlapChoice
        label={`How long should ${prefix}… still work?`}
        most={(span) => `For ${span} more`}
        none="Not at all: it ends at once. Choose this if it has leaked"
        value={overlap}
        onChange={setOverlap}
      />
      <Text size="sm" c="dimmed">
        Whoever signed in here with the one before is signed out when it ends.
      </Text>
      <Refused fault={replacing.error} title="Nothing was replaced" />
      <Group>
        <Button onClick={() => replacing.mutate(overlap)} loading={replacing.isPending}>
          Replace {name}
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
      </Group>
    </Stack>
  );
}
