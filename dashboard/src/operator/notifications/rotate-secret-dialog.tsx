/** Replaces a webhook's secret, at once or with a while in which both sign. */
import { Text } from "@mantine/core";
import { client } from "../../app/client.ts";
import { exactTime } from "../../parts/format.ts";
import { ReplaceDialog } from "../../parts/replace-dialog.tsx";
import type { MadeSecret } from "./channels-tab.tsx";
import { type Channel, readNoticesAnew } from "./notice-queries.ts";

export function RotateSecretDialog({
  channel,
  onClose,
  onDone,
  onSecret,
}: {
  /** null: none, and nothing is shown. */
  readonly channel: Channel | null;
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
  readonly onSecret: (secret: MadeSecret) => void;
}) {
  return (
    <ReplaceDialog
      of={channel}
      title={({ name }) => `Replace the secret of ${name}`}
      question={() => "How long should the present one sign, too?"}
      doWords={() => "Replace the secret"}
      act={async ({ id, name }, seconds) => {
        const made = await client.admin.rotateChannelSecret(id, { overlap_seconds: seconds });
        const note = noteOf(made.replaced_secret_ends_at);
        if (made.secret !== undefined) onSecret({ channel: name, text: made.secret, note });
        await readNoticesAnew();
        onDone(`${name} has a new secret.`);
      }}
      onClose={onClose}
    >
      <Text size="sm">
        Messages are signed by the new secret from now on, and for a while by the present one as
        well, so that the receiver has time to take the new one.
      </Text>
    </ReplaceDialog>
  );
}

/** `endsAt`: of the one before; undefined: it has ended. */
function noteOf(endsAt: string | undefined): string {
  return endsAt === undefined
    ? "The one before signs nothing any more."
    : `Until ${exactTime(endsAt)} the one before signs, too.`;
}
