/** Chooses the days that the operator's overview is about; they stand in the address and hold for the whole page. */
import { Group, Select, Text, TextInput } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { utcDay } from "../../parts/format.ts";
import { RANGES, type Range } from "./range.ts";

export function RangePicker({ range }: { readonly range: Range }) {
  const [address, change] = useAddress();
  const day = (field: "from" | "to") => (
    <TextInput
      type="date"
      aria-label={field === "from" ? "First day" : "Last day"}
      value={address[field] ?? ""}
      onChange={(event) => change({ [field]: event.currentTarget.value || undefined })}
      w={140}
    />
  );
  const choose = (name: string | null): void => {
    const isDays = name === "days";
    change({
      range: name === "month" || name === null ? undefined : name,
      from: isDays ? range.asked?.from : undefined,
      to: isDays ? lastDayOf(range) : undefined,
    });
  };
  return (
    <Group gap="xs" align="center">
      <RangeWords range={range} />
      <Select
        aria-label="Range"
        data={RANGES}
        value={range.name}
        onChange={choose}
        allowDeselect={false}
        w={160}
      />
      {range.name === "days" ? (
        <Group gap={4} wrap="nowrap">
          {day("from")}
          {day("to")}
        </Group>
      ) : null}
    </Group>
  );
}

function RangeWords({ range }: { readonly range: Range }) {
  const last = lastDayOf(range);
  return (
    <Text size="xs" c="dimmed">
      {range.asked === null || last === undefined
        ? "Choose the first and the last day, at most a year."
        : `${utcDay(range.asked.from)} to ${utcDay(last)}, whole days, UTC`}
    </Text>
  );
}

function lastDayOf({ asked }: Range): string | undefined {
  if (asked === null) return undefined;
  return new Date(Date.parse(`${asked.to}T00:00:00Z`) - 1).toISOString().slice(0, 10);
}
