/** Chooses which events go to a channel: all, or some parts, or single ones. */
import { Checkbox, Radio, SimpleGrid, Stack, Text } from "@mantine/core";
import { EVENT_PATTERNS } from "../../../../src/core/alerts/event-types.ts";
import { eventWords } from "./event-words.ts";
import type { EventPattern } from "./notice-queries.ts";

const PARTS = [
  { part: "alert", label: "About customers" },
  { part: "operator", label: "About the deployment" },
  { part: "subscription", label: "Subscriptions" },
] as const;

export function EventChoice({
  value,
  onChange,
  isOfCustomer,
}: {
  readonly value: readonly EventPattern[];
  readonly onChange: (value: readonly EventPattern[]) => void;
  /** A customer's channel takes nothing about the deployment. */
  readonly isOfCustomer: boolean;
}) {
  const isAll = value.includes("*");
  return (
    <Stack gap="xs">
      <Radio.Group
        label="What goes there"
        value={isAll ? "all" : "some"}
        onChange={(chosen) => onChange(chosen === "all" ? ["*"] : ["alert.*"])}
      >
        <Stack gap={6} mt={4}>
          <Radio
            value="all"
            label={isOfCustomer ? "Everything about this customer" : "Everything"}
          />
          <Radio value="some" label="Only some events" />
        </Stack>
      </Radio.Group>
      {isAll ? null : (
        <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
          {PARTS.filter(({ part }) => !isOfCustomer || part !== "operator").map((each) => (
            <Part key={each.part} {...each} value={value} onChange={onChange} />
          ))}
        </SimpleGrid>
      )}
    </Stack>
  );
}

function Part({
  part,
  label,
  value,
  onChange,
}: {
  readonly part: (typeof PARTS)[number]["part"];
  readonly label: string;
  readonly value: readonly EventPattern[];
  readonly onChange: (value: readonly EventPattern[]) => void;
}) {
  const whole: EventPattern = `${part}.*`;
  const single = EVENT_PATTERNS.filter((each) => each.startsWith(`${part}.`) && each !== whole);
  const set = (pattern: EventPattern, isWanted: boolean): void => {
    const others = value.filter((each) => each !== pattern);
    onChange(isWanted ? [...others, pattern] : others);
  };
  const isWhole = value.includes(whole);
  return (
    <Stack gap={6} component="fieldset" p={0} m={0} bd="none">
      <Text component="legend" size="xs" c="dimmed" mb={4}>
        {label}
      </Text>
      <Checkbox
        label="All of these"
        checked={isWhole}
        onChange={({ currentTarget: { checked } }) =>
          onChange([
            ...value.filter((each) => !each.startsWith(`${part}.`)),
            ...(checked ? [whole] : []),
          ])
        }
      />
      {single.map((pattern) => (
        <Checkbox
          key={pattern}
          label={eventWords(pattern)}
          checked={isWhole || value.includes(pattern)}
          disabled={isWhole}
          onChange={({ currentTarget: { checked } }) => set(pattern, checked)}
        />
      ))}
    </Stack>
  );
}
