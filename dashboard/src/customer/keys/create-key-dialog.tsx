/** Makes a key: its name, a budget if it should have one, and when it ends. */
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { PurserError } from "../../../../src/client/purser-error.ts";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { useSubject } from "../../app/subject.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { type Expiry, expiresAt } from "../../parts/expiry.ts";
import { ExpiryFields } from "../../parts/expiry-fields.tsx";
import { Refused } from "../../parts/said.tsx";
import { BudgetEditor, type BudgetLine, limitsOf } from "./budget-editor.tsx";
import type { MadeKey } from "./key-queries.ts";

export function CreateKeyDialog({
  isOpen,
  onClose,
  onMade,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onMade: (made: MadeKey) => void;
}) {
  return (
    <Dialog title="Make a key" isOpen={isOpen} onClose={onClose} size="xl">
      <CreateKeyForm onClose={onClose} onMade={onMade} />
    </Dialog>
  );
}

function CreateKeyForm({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: (made: MadeKey) => void;
}) {
  const [name, setName] = useState("");
  const [lines, setLines] = useState<readonly BudgetLine[]>([]);
  const [expiry, setExpiry] = useState<Expiry>("never");
  const [day, setDay] = useState("");
  const making = useMaking(onMade);
  const field = fieldOf(making.error);
  const make = (): void => {
    const end = expiresAt(expiry, day, Date.now());
    making.mutate({
      name,
      limits: limitsOf(lines),
      ...(end === undefined ? {} : { expires_at: end }),
    });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="What it is for, such as the server or the person that uses it."
          value={name}
          onChange={({ currentTarget: { value } }) => setName(value)}
          maxLength={200}
          required
          data-autofocus
        />
        <BudgetEditor lines={lines} onChange={setLines} fault={field} />
        <ExpiryFields expiry={expiry} day={day} onExpiry={setExpiry} onDay={setDay} />
        <Refused fault={making.error} title="No key was made" />
        <Group>
          <Button type="submit" loading={making.isPending}>
            Make the key
          </Button>
          <Button variant="default" onClick={onClose}>
            Make none
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type NewKeyWish = Parameters<typeof client.createKey>[1];

function useMaking(onMade: (made: MadeKey) => void) {
  const { userId } = useSubject();
  return useMutation({
    // Its answer holds the key's text, which is kept nowhere but on the page that shows it.
    gcTime: 0,
    mutationFn: async (wish: NewKeyWish) => {
      const made = await client.createKey(userId, wish);
      onMade({ ...made, name: wish.name });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["customer", userId] }),
  });
}

/** `limits[1].max` is of the second line. */
function fieldOf(fault: Error | null): { line: number; words: string } | null {
  if (!(fault instanceof PurserError)) return null;
  const { field, reason } = fault.details;
  const [, line] = /^limits\[(\d+)\]/.exec(String(field)) ?? [];
  return line === undefined ? null : { line: Number(line), words: String(reason ?? fault.message) };
}
