/** Asks before numbers that differ are put right. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { Dialog } from "../../parts/dialog.tsx";
import { exactly } from "../../parts/format.ts";

export function RepairDialog({
  isOpen,
  count,
  onClose,
  onRepair,
}: {
  readonly isOpen: boolean;
  /** How many differed when they were last counted. */
  readonly count: number;
  readonly onClose: () => void;
  readonly onRepair: () => void;
}) {
  return (
    <Dialog title="Repair what differs" isOpen={isOpen} onClose={onClose}>
      <Stack>
        <Text size="sm">
          Everything is recounted once more, and what is lacking is posted to each number that
          differs ({exactly(count)} did just now), so that it is what the log says. The log itself
          is never changed, and each repair stands in the audit log.
        </Text>
        <Text size="sm">
          A counter that rises may refuse calls that were let through before; one that falls lets
          calls through that were refused.
        </Text>
        <Group>
          <Button onClick={onRepair}>Recount and repair</Button>
          <Button variant="default" onClick={onClose}>
            Leave them
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
