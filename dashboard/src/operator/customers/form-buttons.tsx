/** The two buttons below a question: doing it, named for what it does, and leaving it. */
import { Button, Group } from "@mantine/core";

export function FormButtons({
  doWords,
  leaveWords,
  isBusy,
  isReady = true,
  onLeave,
}: {
  readonly doWords: string;
  readonly leaveWords: string;
  readonly isBusy: boolean;
  readonly isReady?: boolean;
  readonly onLeave: () => void;
}) {
  return (
    <Group>
      <Button type="submit" loading={isBusy} disabled={!isReady}>
        {doWords}
      </Button>
      <Button variant="default" onClick={onLeave}>
        {leaveWords}
      </Button>
    </Group>
  );
}
