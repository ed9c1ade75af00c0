/** A customer's keys, each with its budget, and what can be done with it. */
import { Badge, Button, Group, Stack, Table, Text } from "@mantine/core";
import { useAddress } from "../../app/address.ts";
import { limitName, usedOfWords, windowWords } from "../../parts/limit-words.ts";
import { FullnessWord, Meter } from "../../parts/meter.tsx";
import { ExactTime, RelativeTime } from "../../parts/time.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { type KeyState, type LimitUse, type OwnKey, stateOf } from "./key-queries.ts";

export function KeyTable({
  shown,
  all,
  uses,
}: {
  readonly shown: readonly OwnKey[];
  readonly all: readonly OwnKey[];
  readonly uses: readonly LimitUse[];
}) {
  const now = Date.now();
  return (
    <WideTable minWidth={900} label="Keys, newest first" verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Name</Table.Th>
          <Table.Th scope="col">Begins with</Table.Th>
          <Table.Th scope="col">Made</Table.Th>
          <Table.Th scope="col">Last used</Table.Th>
          <Table.Th scope="col">Ends</Table.Th>
          <Table.Th scope="col">Budget</Table.Th>
          <Table.Th scope="col">Actions</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shown.map((key) => (
          <KeyRow
            key={key.id}
            of={key}
            state={stateOf(key, all, now)}
            uses={uses.filter((use) => use.key?.id === key.counts_as)}
          />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

const STATE_WORDS: Readonly<Record<KeyState, string>> = {
  live: "works",
  replaced: "replaced, still works",
  expired: "has ended",
  revoked: "revoked",
};

function KeyRow({
  of,
  state,
  uses,
}: {
  readonly of: OwnKey;
  readonly state: KeyState;
  readonly uses: readonly LimitUse[];
}) {
  const isOver = state === "revoked" || state === "expired";
  return (
    <Table.Tr {...(isOver ? { c: "dimmed" } : {})}>
      <Table.Th scope="row" maw={220} style={{ overflowWrap: "anywhere" }}>
        <Text size="sm" fw={600}>
          {of.name}
        </Text>
        {state === "live" ? null : (
          <Badge variant="default" tt="none" size="sm">
            {STATE_WORDS[state]}
          </Badge>
        )}
      </Table.Th>
      <Table.Td ff="monospace" style={{ whiteSpace: "nowrap" }}>
        {of.prefix}…
      </Table.Td>
      <Table.Td>
        <RelativeTime at={of.created_at} />
      </Table.Td>
      <Table.Td>
        {of.last_used_at === null ? "never" : <RelativeTime at={of.last_used_at} />}
      </Table.Td>
      <Table.Td>
        <Ends of={of} />
      </Table.Td>
      <Table.Td miw={200}>
        <Budget of={of} uses={isOver ? [] : uses} />
      </Table.Td>
      <Table.Td>{isOver ? null : <Actions of={of} state={state} />}</Table.Td>
    </Table.Tr>
  );
}

function Ends({ of: { revoked_at: revokedAt, expires_at: at } }: { readonly of: OwnKey }) {
  if (revokedAt !== null) return <ExactTime at={revokedAt} />;
  return at === null ? "never" : <RelativeTime at={at} />;
}

function Budget({ of, uses }: { readonly of: OwnKey; readonly uses: readonly LimitUse[] }) {
  if (of.limits.length === 0) return "none of its own";
  return (
    <Stack gap={8}>
      {uses.map((use) => (
        <BudgetMeter key={JSON.stringify(use.limit)} use={use} />
      ))}
    </Stack>
  );
}

function BudgetMeter({
  use: { limit, used, held, max, percent, resets_at: resetsAt },
}: {
  readonly use: LimitUse;
}) {
  const words = usedOfWords(limit, used, max);
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" className="figures">
          {words} {windowWords(limit.per)}
        </Text>
        <FullnessWord percentUsed={percent} />
      </Group>
      <Meter
        label={limitName(limit)}
        used={percent}
        held={max === 0 ? 0 : (held / max) * 100}
        valueText={words}
      />
      <Text size="xs" c="dimmed">
        starts anew <RelativeTime at={resetsAt} />
      </Text>
    </div>
  );
}

function Actions({ of, state }: { readonly of: OwnKey; readonly state: KeyState }) {
  const [, change] = useAddress();
  return (
    <Group gap={6} wrap="nowrap">
      {state === "replaced" ? null : (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Replace ${of.name}`}
          onClick={() => change({ ask: "replace", key: of.id })}
        >
          Replace
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Revoke ${of.name}`}
        onClick={() => change({ ask: "revoke", key: of.id })}
      >
        Revoke
      </Button>
    </Group>
  );
}
