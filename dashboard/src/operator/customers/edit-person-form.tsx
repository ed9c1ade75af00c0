/** Changes a customer's name and e-mail address. */
import { Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { Refused } from "../../parts/said.tsx";
import type { FormParts } from "./deed-dialogs.tsx";
import { FormButtons } from "./form-buttons.tsx";
import { useDeed } from "./use-deed.ts";

export function EditPersonForm({ customer, onClose, onDone }: FormParts) {
  const [name, setName] = useState(customer.name ?? "");
  const [email, setEmail] = useState(customer.email ?? "");
  const { submit, isBusy, fault } = useDeed({
    id: customer.id,
    act: () =>
      client.admin.editCustomer(customer.id, {
        name: name.trim() === "" ? null : name.trim(),
        email: email.trim() === "" ? null : email.trim(),
      }),
    onDone,
    words: () => "Name and e-mail are saved.",
  });
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label="Name"
          value={name}
          maxLength={200}
          onChange={({ currentTarget: { value } }) => setName(value)}
          data-autofocus
        />
        <TextInput
          label="E-mail"
          type="email"
          value={email}
          maxLength={320}
          onChange={({ currentTarget: { value } }) => setEmail(value)}
        />
        <Text size="xs" c="dimmed">
          They are kept encrypted. Mails about limits go to this address; left empty, none do.
        </Text>
        <Refused fault={fault} title="Nothing was saved" />
        <FormButtons doWords="Save" leaveWords="Leave it" isBusy={isBusy} onLeave={onClose} />
      </Stack>
    </form>
  );
}
