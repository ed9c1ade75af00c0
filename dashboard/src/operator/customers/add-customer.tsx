/** Adds a customer by the operator's own id, on a plan or on the default one. */
import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { client } from "../../app/client.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Refused } from "../../parts/said.tsx";
import { plansQuery, readAnew } from "./customer-queries.ts";

interface Wanted {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly plan: string | null;
  readonly cycle: "monthly" | "yearly";
}

const NOTHING: Wanted = { id: "", name: "", email: "", plan: null, cycle: "monthly" };

export function AddCustomer({
  isOpen,
  onClose,
  onAdded,
}: {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onAdded: (id: string) => void;
}) {
  return (
    <Dialog title="Add a customer" isOpen={isOpen} onClose={onClose}>
      <AddForm onClose={onClose} onAdded={onAdded} />
    </Dialog>
  );
}

function AddForm({
  onClose,
  onAdded,
}: {
  readonly onClose: () => void;
  readonly onAdded: (id: string) => void;
}) {
  const navigate = useNavigate();
  const [wanted, setWanted] = useState(NOTHING);
  const adding = useMutation({
    mutationFn: () => client.admin.createCustomer(bodyOf(wanted)),
    onSuccess: async ({ id }) => {
      onAdded(id);
      await readAnew(id);
      // The first page has them: they are the newest.
      await navigate({ to: "/customers", search: {} });
      onClose();
    },
  });
  const field = (name: "id" | "name" | "email") => ({
    value: wanted[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setWanted({ ...wanted, [name]: event.currentTarget.value }),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        adding.mutate();
      }}
    >
      <Stack>
        <TextInput
          label="Id"
          description="Your own id of them, as your backend names them. It stays."
          required
          data-autofocus
          {...field("id")}
        />
        <TextInput label="Name" {...field("name")} />
        <TextInput label="E-mail" type="email" {...field("email")} />
        <PlanAndCycle wanted={wanted} change={setWanted} />
        <Refused fault={adding.error} title="Nobody was added" />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Do not add
          </Button>
          <Button type="submit" loading={adding.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function PlanAndCycle({
  wanted,
  change,
}: {
  readonly wanted: Wanted;
  readonly change: (wanted: Wanted) => void;
}) {
  const { data: plans = [] } = useQuery(plansQuery);
  return (
    <>
      <Group grow align="flex-start">
        <Select
          label="Plan"
          placeholder="The default one"
          data={plans.map(({ slug, name }) => ({ value: slug, label: name }))}
          value={wanted.plan}
          onChange={(plan) => change({ ...wanted, plan })}
          clearable
          clearButtonProps={{ "aria-label": "The default plan" }}
        />
        <Select
          label="Paid"
          data={[
            { value: "monthly", label: "Monthly" },
            { value: "yearly", label: "Yearly" },
          ]}
          value={wanted.cycle}
          onChange={(cycle) =>
            change({ ...wanted, cycle: cycle === "yearly" ? "yearly" : "monthly" })
          }
          allowDeselect={false}
          disabled={wanted.plan === null}
        />
      </Group>
      <Text size="xs" c="dimmed">
        {wanted.plan === null
          ? "Without a subscription the default plan holds."
          : "You grant the plan: it renews by itself until it is canceled, and is in the audit log."}
      </Text>
    </>
  );
}

function bodyOf({ id, name, email, plan, cycle }: Wanted) {
  return {
    id: id.trim(),
    ...(name.trim() === "" ? {} : { name: name.trim() }),
    ...(email.trim() === "" ? {} : { email: email.trim() }),
    ...(plan === null ? {} : { plan_id: plan, billing_cycle: cycle }),
  };
}
