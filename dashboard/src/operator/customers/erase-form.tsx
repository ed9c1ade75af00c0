/** Asks for the customer's id before the person is erased for good. */
import { List, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import { Refused } from "../../parts/said.tsx";
import type { FormParts } from "./deed-dialogs.tsx";
import { FormButtons } from "./form-buttons.tsx";

export function EraseForm({ customer: { id }, onClose }: FormParts) {
  const [typed, setTyped] = useState("");
  const navigate = useNavigate();
  const erasing = useMutation({
    mutationFn: () => client.admin.eraseCustomer(id),
    onSuccess: async ({ internal_id: userId }) => {
      // Their own id is nobody's now: what stays is under the internal one.
      await navigate({ to: "/customers/$userId", params: { userId }, search: {}, replace: true });
      queries.removeQueries({ queryKey: ["customer", id] });
      await queries.invalidateQueries({ queryKey: ["operator"] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        erasing.mutate();
      }}
    >
      <Stack>
        <Text size="sm">This cannot be taken back:</Text>
        <List size="sm">
          <List.Item>Id, name, e-mail and metadata are gone for good.</List.Item>
          <List.Item>Their keys and sessions stop working at once.</List.Item>
          <List.Item>Their subscription ends now.</List.Item>
          <List.Item>
            Tags, paths and error texts of their calls are deleted; the sums stay.
          </List.Item>
        </List>
        <TextInput
          label={
            <>
              Type <code style={{ overflowWrap: "anywhere" }}>{id}</code> to confirm
            </>
          }
          value={typed}
          onChange={({ currentTarget: { value } }) => setTyped(value)}
          autoComplete="off"
          data-autofocus
        />
        <Refused fault={erasing.error} title="Nobody was erased" />
        <FormButtons
          doWords="Erase this person"
          leaveWords="Erase nobody"
          isBusy={erasing.isPending}
          isReady={typed === id}
          onLeave={onClose}
        />
      </Stack>
    </form>
  );
}
