/** Makes an admin or service key. */
import { Button, Group, Radio, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { type Expiry, expiresAt } from "../../parts/expiry.ts";
import { ExpiryFields } from "../../parts/expiry-fields.tsx";
import { Refused } from "../../parts/said.tsx";
import type { MadeKey } from "./keys-tab.tsx";

interface Parts {
  readonly onClose: () => void;
  readonly onDone: (words: string) => void;
  readonly onMade: (made: MadeKey) => void;
}

export function MakeKeyDialog({ isOpen, ...parts }: Parts & { readonly isOpen: boolean }) {
  return (
    <Dialog title="Make a key" isOpen={isOpen} onClose={parts.onClose}>
      <MakeForm {...parts} />
    </Dialog>
  );
}

function MakeForm({ onClose, ...parts }: Parts) {
  const [kind, setKind] = useState<"service" | "admin">("service");
  const [name, setName] = useState("");
  const [expiry, setExpiry] = useState<Expiry>("never");
  const [day, setDay] = useState("");
  const making = useMaking(parts);
  const make = (): void => {
    const end = expiresAt(expiry, day, Date.now());
    making.mutate({ kind, name, ...(end === undefined ? {} : { expires_at: end }) });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <Stack>
        <Radio.Group
          label="Kind"
          value={kind}
          onChange={(value) => setKind(value === "admin" ? "admin" : "service")}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="service" label="Service: your backend acts with it for any customer" />
            <Radio value="admin" label="Admin: whoever has it may do everything" />
          </Stack>
        </Radio.Group>
        <TextInput
          label="Name"
          description="What it is for, such as the server or the person that uses it."
          value={name}
          onChange={({ currentTarget: { value } }) => setName(value)}
          maxLength={200}
          required
          data-autofocus
        />
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

type KeyWish = Parameters<typeof client.admin.createKey>[0];

const NOTES = {
  service: "Your backend sends it, and the header x-purser-customer says for whom.",
  admin: "Whoever has it may do everything here.",
} as const;

function useMaking({ onDone, onMade }: Omit<Parts, "onClose">) {
  return useMutation({
    // Its answer holds the key's text, which is kept nowhere but on the page that shows it.
    gcTime: 0,
    mutationFn: async (wish: KeyWish) => {
      const { key } = await client.admin.createKey(wish);
      onMade({ name: wish.name, text: key, note: NOTES[wish.kind] });
      return wish.name;
    },
    onSuccess: async (name) => {
      await queries.invalidateQueries({ queryKey: ["operator", "keys"] });
      onDone(`${name} is made.`);
    },
  });
}
