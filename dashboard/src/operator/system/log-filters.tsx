/** Narrows the audit log by action, actor, subject, customer and days; all of it stands in the address. */
import { Autocomplete, Button, Group, TextInput } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { useTyped } from "../../parts/use-typed.ts";
import { LOG_FIELDS } from "./asked-log.ts";

/** First words of actions; a whole one such as `key.revoke` can be typed. */
const ACTIONS = [
  "audit",
  "channel",
  "customer",
  "key",
  "limit",
  "limits",
  "objectives",
  "plan",
  "plans",
  "prices",
  "subscription",
];

type Field = (typeof LOG_FIELDS)[number];

export function LogFilters() {
  const [address, change] = useAddress();
  const isFiltered = LOG_FIELDS.some((field) => address[field] !== undefined);
  const cleared = Object.fromEntries(LOG_FIELDS.map((field) => [field, undefined]));
  return (
    <Group gap="sm" align="flex-end">
      <ActionField />
      <WordField field="actor" label="Who" placeholder="admin key" />
      <WordField field="subject" label="Of" placeholder="channel:3" />
      <WordField field="about" label="Customer" placeholder="their id" />
      <DayField field="from" label="From" />
      <DayField field="to" label="To, with this day" />
      {isFiltered ? (
        <Button variant="default" onClick={() => change({ ...cleared, after: undefined })}>
          Show all
        </Button>
      ) : null}
    </Group>
  );
}

function ActionField() {
  const [typed, put] = useTyped("action");
  return (
    <Autocomplete
      label="What"
      placeholder="key.revoke, or key"
      data={ACTIONS}
      value={typed}
      onChange={put}
      w={170}
    />
  );
}

function WordField({
  field,
  label,
  placeholder,
}: {
  readonly field: Field;
  readonly label: string;
  readonly placeholder: string;
}) {
  const [typed, put] = useTyped(field);
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={typed}
      onChange={({ currentTarget: { value } }) => put(value)}
      maxLength={200}
      w={150}
    />
  );
}

function DayField({ field, label }: { readonly field: Field; readonly label: string }) {
  const [address, change] = useAddress();
  return (
    <TextInput
      type="date"
      label={label}
      value={address[field] ?? ""}
      onChange={({ currentTarget: { value } }) =>
        change({ [field]: value === "" ? undefined : value, after: undefined })
      }
      w={150}
    />
  );
}
