/** A customer's keys below each other, for screens too narrow for a table. */
import { Badge, Group, Stack, Text } from "@mantine/core";
import { RelativeTime } from "../../parts/time.tsx";
import { Budget, Ends, isOver, KeyActions, type ShownKey, STATE_WORDS } from "./key-parts.tsx";
import classes from "./keys.module.css";

export function KeyCards({ shown }: { readonly shown: readonly ShownKey[] }) {
  return (
    <ul className={classes["cards"]} aria-label="Keys, newest first">
      {shown.map((each) => (
        <KeyCard key={each.of.id} {...each} />
      ))}
    </ul>
  );
}

function KeyCard({ of, state, uses }: ShownKey) {
  return (
    <li>
      <Stack gap={6} {...(isOver(state) ? { c: "dimmed" } : {})}>
        <Group gap="xs">
          <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
            {of.name}
          </Text>
          {state === "live" ? null : (
            <Badge variant="default" tt="none" size="sm">
              {STATE_WORDS[state]}
            </Badge>
          )}
        </Group>
        <Text size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }}>
          {of.prefix}…
        </Text>
        <Text size="sm" component="div">
          Made <RelativeTime at={of.created_at} />, used{" "}
          {of.last_used_at === null ? "never" : <RelativeTime at={of.last_used_at} />}, ends{" "}
          <Ends of={of} />
        </Text>
        {of.limits.length === 0 ? null : <Budget of={of} uses={uses} />}
        {isOver(state) ? null : <KeyActions of={of} state={state} />}
      </Stack>
    </li>
  );
}
