/** Replaces a key by a new one, at once or with a while in which both work. */
import { Button, Group, Radio, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { useSubject } from "../../app/subject.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Refused } from "../../parts/said.tsx";
import type { MadeKey, OwnKey } from "./key-queries.ts";

const OVERLAPS = [
  { seconds: 3_600, label: "For an hour more" },
  { seconds: 86_400, label: "For a day more" },
  { seconds: 7 * 86_400, label: "For 7 days more" },
  { seconds: 30 * 86_400, label: "For 30 days more" },
  { seconds: 0, label: "Not at all: it ends at once. Choose this if it has leaked" },
] as const;

interface Parts {
  readonly onClose: () => void;
  readonly onMade: (made: MadeKey) => void;
}

export function RotateKeyDialog({
  replaced,
  ...parts
}: Parts & {
  /** null: none, and nothing is shown. */
  readonly replaced: OwnKey | null;
}) {
  return (
    <Dialog
      title={`Replace the key ${replaced?.name ?? ""}`}
      isOpen={replaced !== null}
      onClose={parts.onClose}
    >
      {replaced === null ? null : <RotateForm replaced={replaced} {...parts} />}
    </Dialog>
  );
}

function RotateForm({ replaced, onClose, onMade }: Parts & { readonly replaced: OwnKey }) {
  const { userId } = useSubject();
  const [overlap, setOverlap] = useState<number>(OVERLAPS[1].seconds);
  const rotating = useMutation({
    // Its answer holds the new key's text.
    gcTime: 0,
    mutationFn: async (seconds: number) => {
      const made = await client.rotateKey(userId, replaced.id, { overlap_seconds: seconds });
      onMade({ ...made, name: replaced.name, replaces: replaced.name });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["customer", userId] }),
  });
  return (
    <Stack>
      <Text size="sm">
        A new key takes its place, with the same name, budget and end. The two count as one: what
        was used stays used.
      </Text>
      <Radio.Group
        label={`How long should ${replaced.prefix}… still work?`}
        value={String(overlap)}
        onChange={(value) => setOverlap(Number(value))}
      >
        <Stack gap="xs" mt="xs">
          {OVERLAPS.map(({ seconds, label }) => (
            <Radio key={seconds} value={String(seconds)} label={label} />
          ))}
        </Stack>
      </Radio.Group>
      <Refused fault={rotating.error} title="Nothing was replaced" />
      <Group>
        <Button onClick={() => rotating.mutate(overlap)} loading={rotating.isPending}>
          Replace {replaced.name}
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
      </Group>
    </Stack>
  );
}
