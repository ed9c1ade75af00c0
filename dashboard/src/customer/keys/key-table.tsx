/** A customer's keys, each with its budget, and what can be done with it. */
import { Badge, Table, Text } from "@mantine/core";
import { RelativeTime } from "../../parts/time.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { Budget, Ends, isOver, KeyActions, type ShownKey, STATE_WORDS } from "./key-parts.tsx";

export function KeyTable({ shown }: { readonly shown: readonly ShownKey[] }) {
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
        {shown.map((each) => (
          <KeyRow key={each.of.id} {...each} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function KeyRow({ of, state, uses }: ShownKey) {
  return (
    <Table.Tr {...(isOver(state) ? { c: "dimmed" } : {})}>
      <Table.Th scope="row" miw={110} maw={220} style={{ overflowWrap: "anywhere" }}>
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
        <Budget of={of} uses={uses} />
      </Table.Td>
      <Table.Td>{isOver(state) ? null : <KeyActions of={of} state={state} />}</Table.Td>
    </Table.Tr>
  );
}
