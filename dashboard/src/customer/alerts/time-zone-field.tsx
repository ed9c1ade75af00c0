/** Chooses a time zone by its name, found by typing a part of it. */
import { Button, Select, Stack, Text } from "@mantine/core";
import { LOCALE, TIME_ZONE } from "../../parts/format.ts";

/** The browser's list lacks UTC. */
const ZONES: readonly string[] = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];
const SHOWN_MOST = 60;

export function TimeZoneField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (timeZone: string) => void;
}) {
  const known = ZONES.includes(value) ? ZONES : [value, ...ZONES];
  return (
    <Stack gap="xs">
      <Select
        label="Times in alerts are in"
        description="In mails and messages too. Pages show the time of your browser."
        data={known}
        value={value}
        onChange={(zone) => {
          if (zone !== null) onChange(zone);
        }}
        searchable
        limit={SHOWN_MOST}
        nothingFoundMessage="No time zone has that in its name."
        allowDeselect={false}
        maw={340}
      />
      {value === TIME_ZONE ? null : (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          onClick={() => onChange(TIME_ZONE)}
        >
          Use this browser's: {TIME_ZONE}
        </Button>
      )}
      <Text size="sm" c="dimmed">
        Now it is {nowIn(value)} there.
      </Text>
    </Stack>
  );
}

function nowIn(timeZone: string): string {
  return new Intl.DateTimeFormat(LOCALE, { timeStyle: "short", timeZone }).format();
}
