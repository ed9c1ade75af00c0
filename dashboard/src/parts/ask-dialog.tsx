/** A question before something that hurts is done to one thing: what it does, then doing it or leaving it. */
import { Button, Group, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Dialog } from "./dialog.tsx";
import { Refused } from "./said.tsx";

interface Question<Of> {
  /** On the button that does it. */
  readonly doWords: (of: Of) => string;
  readonly leaveWords: string;
  /** Above what the server said, where it refused. */
  readonly refusedWords: string;
  /** Does it, and says what came of it. */
  readonly act: (of: Of) => Promise<unknown>;
  readonly onClose: () => void;
  /** What will happen. */
  readonly children: (of: Of) => ReactNode;
}

export function AskDialog<Of>({
  of,
  title,
  ...question
}: Question<Of> & {
  /** null: none, and nothing is shown. */
  readonly of: Of | null;
  readonly title: (of: Of) => string;
}) {
  return (
    <Dialog title={of === null ? "" : title(of)} isOpen={of !== null} onClose={question.onClose}>
      {of === null ? null : <Asked of={of} {...question} />}
    </Dialog>
  );
}

function Asked<Of>({
  of,
  doWords,
  leaveWords,
  refusedWords,
  act,
  onClose,
  children,
}: Question<Of> & { readonly of: Of }) {
  const acting = useMutation({ mutationFn: () => act(of) });
  return (
    <Stack>
      {children(of)}
      <Refused fault={acting.error} title={refusedWords} />
      <Group>
        <Button onClick={() => acting.mutate()} loading={acting.isPending}>
          {doWords(of)}
        </Button>
        <Button variant="default" onClick={onClose}>
          {leaveWords}
        </Button>
      </Group>
    </Stack>
  );
}
