/** Narrows the outbox by state, channel and customer; all of it stands in the address. */
import { Group, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useAddress } from "../../app/address.ts";
import { exactly } from "../../parts/format.ts";
import { useTyped } from "../../parts/use-typed.ts";
import { askedOutbox, STATE_WORDS } from "./asked-outbox.ts";
import { channelsQuery, type DeliveryState, type OutboxPage } from "./notice-queries.ts";

const STATES: readonly DeliveryState[] = ["pending", "dead", "sent", "dropped"];

export function OutboxFilters({ counts }: { readonly counts: OutboxPage["counts"] | undefined }) {
  const [address, change] = useAddress();
  const { state, channelId } = askedOutbox(address);
  const { data: channels = [] } = useQuery(channelsQuery);
  const howMany = (of: DeliveryState): string =>
    counts === undefined ? "" : ` (${exactly(counts[of])})`;
  return (
    <Group gap="sm">
      <Select
        aria-label="State"
        data={[
          { value: "any", label: "Any state" },
          ...STATES.map((value) => ({ value, label: `${STATE_WORDS[value]}${howMany(value)}` })),
        ]}
        value={state ?? "any"}
        onChange={(value) =>
          change({ state: value === null || value === "any" ? undefined : value, after: undefined })
        }
        allowDeselect={false}
        w={170}
      />
      <Select
        aria-label="Channel"
        placeholder="Any receiver"
        data={channels.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={channelId === undefined ? null : String(channelId)}
        onChange={(value) => change({ channel: value ?? undefined, after: undefined })}
        clearable
        clearButtonProps={{ "aria-label": "Any receiver" }}
        w={220}
      />
      <AboutField />
    </Group>
  );
}

function AboutField() {
  const [typed, put] = useTyped("about");
  return (
    <TextInput
      aria-label="About the customer"
      placeholder="About a customer, by id"
      value={typed}
      onChange={({ currentTarget: { value } }) => put(value)}
      w={220}
    />
  );
}
