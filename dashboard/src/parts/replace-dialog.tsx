/** Replaces a secret by another, at once or with a while in which both hold. */
import { Button, Group, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Dialog } from "./dialog.tsx";
import { OVERLAP_SECONDS, OverlapChoice } from "./overlap-choice.tsx";
import { Refused } from "./said.tsx";

interface Replacing<Of> {
  /** How long the present one should go on. */
  readonly question: (of: Of) => string;
  /** On the button that does it. */
  readonly doWords: (of: Of) => string;
  /** Replaces it, shows the new one, and says what came of it. Its answer is kept nowhere. */
  readonly act: (of: Of, overlapSeconds: number) => Promise<void>;
  readonly onClose: () => void;
  /** What will happen. */
  readonly children: ReactNode;
  /** Below the question. */
  readonly note?: ReactNode;
}

export function ReplaceDialog<Of>({
  of,
  title,
  ...replacing
}: Replacing<Of> & {
  /** null: none, and nothing is shown. */
  readonly of: Of | null;
  readonly title: (of: Of) => string;
}) {
  return (
    <Dialog title={of === null ? "" : title(of)} isOpen={of !== null} onClose={replacing.onClose}>
      {of === null ? null : <ReplaceForm of={of} {...replacing} />}
    </Dialog>
  );
}

function ReplaceForm<Of>({
  of,
  question,
  doWords,
  act,
  onClose,
  children,
  note,
}: Replacing<Of> & { readonly of: Of }) {
  const [overlap, setOverlap] = useState(OVERLAP_SECONDS);
  const replacing = useMutation({ mutationFn: (seconds: number) => act(of, seconds) });
  return (
    <Stack>
      {children}
      <OverlapChoice label={question(of)} value={overlap} onChange={setOverlap} />
      {note}
      <Refused fault={replacing.error} title="Nothing was replaced" />
      <Group>
        <Button onClick={() => replacing.mutate(overlap)} loading={replacing.isPending}>
          {doWords(of)}
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
      </Group>
    </Stack>
  );
}
