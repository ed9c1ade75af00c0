/** Asks when a new key should end. */
import { Group, Select, TextInput } from "@mantine/core";
import { EXPIRIES, type Expiry } from "./expiry.ts";
import { TIME_ZONE } from "./format.ts";

export function ExpiryFields({
  expiry,
  day,
  onExpiry,
  onDay,
}: {
  readonly expiry: Expiry;
  readonly day: string;
  readonly onExpiry: (expiry: Expiry) => void;
  readonly onDay: (day: string) => void;
}) {
  return (
    <Group align="flex-end" gap="xs">
      <Select
        label="Ends"
        data={EXPIRIES.map((each) => ({ ...each }))}
        value={expiry}
        onChange={(chosen) =>
          onExpiry(EXPIRIES.find(({ value }) => value === chosen)?.value ?? "never")
        }
        allowDeselect={false}
        w={165}
      />
      {expiry === "day" ? (
        <TextInput
          type="date"
          label={`As this day begins (${TIME_ZONE})`}
          value={day}
          onChange={({ currentTarget: { value } }) => onDay(value)}
          required
        />
      ) : null}
    </Group>
  );
}
