/** All customers: searched, filtered and paged by the address, with their plan and what they cost in this period. */
import { Button, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type AddressState, useAddress } from "../../app/address.ts";
import { Card, Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { Await } from "../../parts/states.tsx";
import { useTyped } from "../../parts/use-typed.ts";
import { AddCustomer } from "./add-customer.tsx";
import { type CustomersAsked, customersQuery, plansQuery } from "./customer-queries.ts";
import classes from "./customers.module.css";
import { CustomersTable } from "./customers-table.tsx";

const STATUSES = [
  { value: "active", label: "Active" },
  { value: "trialing", label: "On trial" },
  { value: "past_due", label: "Payment missing" },
  { value: "paused", label: "Paused" },
  { value: "expired", label: "Expired" },
  { value: "none", label: "No subscription" },
] as const;

export function CustomersPage() {
  const [address, change] = useAddress();
  const [said, setSaid] = useState<string | null>(null);
  const asked = askedOf(address);
  const query = useQuery(customersQuery(asked));
  return (
    <Page
      title="Customers"
      subtitle="The newest first. Calls and cost are of each customer's present usage period."
      actions={<Button onClick={() => change({ do: "add" })}>Add a customer</Button>}
    >
      <Said words={said} />
      <AddCustomer
        isOpen={address["do"] === "add"}
        onClose={() => change({ do: undefined })}
        onAdded={(id) => setSaid(`${id} is a customer now.`)}
      />
      <Card>
        <Filters address={address} change={change} />
        <Await query={query} height={640}>
          {(page) => (
            <CustomersTable page={page} asked={asked} isOfBefore={query.isPlaceholderData} />
          )}
        </Await>
      </Card>
    </Page>
  );
}

function askedOf({ q, plan, status, after }: AddressState): CustomersAsked {
  const known = STATUSES.find(({ value }) => value === status)?.value;
  return {
    ...(q === undefined || q.trim() === "" ? {} : { search: q.trim() }),
    ...(plan === undefined ? {} : { plan }),
    ...(known === undefined ? {} : { status: known }),
    ...(after === undefined ? {} : { cursor: after }),
  };
}

function Filters({
  address,
  change,
}: {
  readonly address: AddressState;
  readonly change: (changes: AddressState) => void;
}) {
  const { data: plans = [] } = useQuery(plansQuery);
  const [typed, search] = useTyped("q");
  const choose = (field: string) => (chosen: string | null) =>
    change({ [field]: chosen ?? undefined, after: undefined });
  return (
    <div className={classes["filters"]}>
      <TextInput
        type="search"
        aria-label="Search customers"
        placeholder="Id, name or e-mail"
        maxLength={320}
        value={typed}
        onChange={(event) => search(event.currentTarget.value)}
        className={classes["search"]}
      />
      <Select
        aria-label="Plan"
        placeholder="Any plan"
        data={plans.map(({ slug, name }) => ({ value: slug, label: name }))}
        value={address["plan"] ?? null}
        onChange={choose("plan")}
        clearable
        clearButtonProps={{ "aria-label": "Any plan" }}
        w={170}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        data={[...STATUSES]}
        value={address["status"] ?? null}
        onChange={choose("status")}
        clearable
        clearButtonProps={{ "aria-label": "Any status" }}
        w={190}
      />
    </div>
  );
}
