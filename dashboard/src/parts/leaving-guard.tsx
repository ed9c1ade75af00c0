/** Asks before something that was written and not saved is left: by a link, by going back, by closing its dialog. */
import { Button, Group, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { type RefObject, useId } from "react";
import { Dialog } from "./dialog.tsx";

export function LeavingGuard({
  isUnsaved,
  mayLeave,
  stays,
}: {
  readonly isUnsaved: boolean;
  /** Set once it was saved or given up, so that going on is not asked about. */
  readonly mayLeave: RefObject<boolean>;
  /** What leaving does not change, as a sentence. */
  readonly stays: string;
}) {
  const blocked = useBlocker({
    shouldBlockFn: () => isUnsaved && !mayLeave.current,
    enableBeforeUnload: () => isUnsaved && !mayLeave.current,
    withResolver: true,
  });
  // A stack of dialogs forgets one only as it closes, so it is closed and not taken out, and each has a name of its own.
  const id = useId();
  return (
    <Dialog
      title="Leave without saving?"
      isOpen={blocked.status === "blocked"}
      onClose={() => blocked.reset?.()}
      stackId={id}
    >
      <Text size="sm" mb="md">
        What you wrote here is then gone. {stays}
      </Text>
      <Group>
        <Button variant="default" onClick={blocked.reset} data-autofocus>
          Stay
        </Button>
        <Button variant="default" onClick={blocked.proceed}>
          Leave
        </Button>
      </Group>
    </Dialog>
  );
}
