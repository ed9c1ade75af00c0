/** Replaces a webhook's secret, at once or with a while in which both sign. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { exactTime } from "../../parts/format.ts";
import { OVERLAP_SECONDS, OverlapChoice } from "../../parts/overlap-choice.tsx";
import { Refused } from "../../parts/said.tsx";
import type { MadeSecret } from "./channels-tab.tsx";
import { type Channel, readNoticesAnew } from "./notice-queries.ts";

interface Parts {
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
  readonly onSecret: (secret: MadeSecret) => void;
}

export function RotateSecretDialog({
  channel,
  ...parts
}: Parts & {
  /** null: none, and nothing is shown. */
  readonly channel: Channel | null;
}) {
  return (
    <Dialog
      title={`Replace the secret of ${channel?.name ?? ""}`}
      isOpen={channel !== null}
      onClose={parts.onClose}
    >
      {channel === null ? null : <RotateForm channel={channel} {...parts} />}
    </Dialog>
  );
}

function RotateForm({ channel, onClose, onDone, onSecret }: Parts & { readonly channel: Channel }) {
  const { id, name } = channel;
  const [overlap, setOverlap] = useState(OVERLAP_SECONDS);
  const rotating = useMutation({
    // Its answer holds the new secret.
    gcTime: 0,
    mutationFn: async (seconds: number) => {
      const made = await client.admin.rotateChannelSecret(id, { overlap_seconds: seconds });
      const endsAt = made.replaced_secret_ends_at;
      const note =
        endsAt === undefined
          ? "The one before signs nothing any more."
          : `Until ${exactTime(endsAt)} the one before signs, too.`;
      if (made.secret !== undefined) onSecret({ channel: name, text: made.secret, note });
    },
    onSuccess: async () => {
      await readNoticesAnew();
      onDone(`${name} has a new secret.`);
    },
  });
  return (
    <Stack>
      <Text size="sm">
        Messages are signed by the new secret from now on, and for a while by the present one as
        well, so that the receiver has time to take the new one.
      </Text>
      <OverlapChoice
        label="How long should the present one sign, too?"
        most={(span) => `For ${span} more`}
        none="Not at all: it ends at once. Choose this if it has leaked"
        value={overlap}
        onChange={setOverlap}
      />
      <Refused fault={rotating.error} title="Nothing was replaced" />
      <Group>
        <Button onClick={() => rotating.mutate(overlap)} loading={rotating.isPending}>
          Replace the secret
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
      </Group>
    </Stack>
  );
}
