/** Narrows the log: by provider, model, operation, key, status and tag, each in the address. */
import { Button, Group, Select } from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { useAddress } from "../../app/address.ts";
import { client } from "../../app/client.ts";
import { useSubject } from "../../app/subject.tsx";
import { namesOf } from "../usage/charted.ts";
import { keysQuery } from "../usage/key-names.ts";
import { FILTERS } from "./asked-calls.ts";
import classes from "./calls.module.css";
import { TagFilter } from "./tag-filter.tsx";

const NAMES_FRESH_MS = 60_000;

/** All that were ever used; not read anew with each call, since new ones are rare. */
function namesQuery(userId: string, by: "provider" | "model" | "operation") {
  return queryOptions({
    queryKey: ["names", userId, by],
    staleTime: NAMES_FRESH_MS,
    queryFn: async () => {
      const { rows } = await client.breakdown(userId, { by, billing_period: "all" });
      return namesOf(rows);
    },
  });
}

export function CallFilters() {
  const { userId } = useSubject();
  const [address, change] = useAddress();
  const { data: keys = [] } = useQuery(keysQuery(userId));
  const isNarrowed = FILTERS.some((name) => address[name] !== undefined);
  return (
    <Group gap="xs" align="flex-start">
      <NameFilter name="provider" label="Provider" width={112} />
      <NameFilter name="model" label="Model" width={160} />
      <NameFilter name="operation" label="Operation" width={120} />
      <Pick
        name="key"
        label="Key"
        width={100}
        options={unique(keys.map(({ ids, name }) => ({ value: ids[0] ?? name, label: name })))}
      />
      <Pick
        name="status"
        label="Status"
        width={100}
        options={["success", "failed"].map((value) => ({ value, label: value }))}
      />
      <TagFilter />
      {isNarrowed ? (
        <Button
          variant="subtle"
          onClick={() => change(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}
        >
          Clear
        </Button>
      ) : null}
    </Group>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

/** Rotated keys count as one. */
function unique(options: readonly Option[]): Option[] {
  return [...new Map(options.map((option) => [option.value, option])).values()];
}

function NameFilter({
  name,
  label,
  width,
}: {
  readonly name: "provider" | "model" | "operation";
  readonly label: string;
  readonly width: number;
}) {
  const { userId } = useSubject();
  const { data = [] } = useQuery(namesQuery(userId, name));
  const options = data.map((value) => ({
    value,
    label: name === "provider" ? providerTitle(value) : value,
  }));
  return <Pick name={name} label={label} width={width} options={options} />;
}

function Pick({
  name,
  label,
  width,
  options,
}: {
  readonly name: (typeof FILTERS)[number];
  readonly label: string;
  readonly width: number;
  readonly options: readonly Option[];
}) {
  const [address, change] = useAddress();
  const value = address[name];
  // A link may name what is not among them (yet).
  const isListed = value === undefined || options.some((option) => option.value === value);
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={isListed ? options : [...options, { value, label: value }]}
      value={value ?? null}
      onChange={(chosen) => change({ [name]: chosen ?? undefined })}
      clearable
      searchable
      clearButtonProps={{ "aria-label": `Any ${label.toLowerCase()}` }}
      className={classes["filter"]}
      style={{ flex: `1 1 ${width}px` }}
    />
  );
}
