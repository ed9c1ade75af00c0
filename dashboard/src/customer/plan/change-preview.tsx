/** What a change of plan comes to, line by line, from when on, and which limits it changes. */
import { Table, Text } from "@mantine/core";
import { Money } from "../../parts/money.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { changedLimits, type PlanTerms } from "./comparison.ts";
import type { PlanChange, When } from "./plan-queries.ts";

/** Ends within a row, so that one sees that there is more. */
const LIMITS_HEIGHT = 240;

export function ChangePreview({
  change: { lines, total_due: total, effective_at: at },
  isOwn,
  when,
}: {
  readonly change: PlanChange;
  readonly isOwn: boolean;
  readonly when: When;
}) {
  return (
    <div>
      <Table aria-label="What it comes to">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">What it comes to</Table.Th>
            <Table.Th scope="col" className="figures">
              Amount
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map(({ description, amount }) => (
            <Table.Tr key={description}>
              <Table.Td>{description}</Table.Td>
              <Table.Td className="figures">
                <Money dollars={amount} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">Total due</Table.Th>
            <Table.Td className="figures">
              <Money dollars={total} fw={650} />
            </Table.Td>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
      <Text size="sm" mt="xs">
        {when === "now" ? (
          "It holds at once, from the moment you choose it."
        ) : (
          <>
            It holds from <ExactTime at={at} /> on.
          </>
        )}{" "}
        What you have used stays counted: no allowance begins anew.
      </Text>
      <Text size="sm" c="dimmed" mt={4}>
        {isOwn
          ? "What costs more than you have now must be paid for first, or be granted by whoever runs the application."
          : "You grant it as the operator, and that is in the audit log. Purser itself charges nothing as long as no payment provider is set up."}
      </Text>
    </div>
  );
}

export function LimitChanges({ from, to }: { readonly from: PlanTerms; readonly to: PlanTerms }) {
  const changed = changedLimits(from, to);
  if (changed.length === 0) return <Text size="sm">No limit changes.</Text>;
  return (
    <WideTable minWidth={0} maxHeight={LIMITS_HEIGHT} label="Limits that change">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Limits that change ({changed.length})</Table.Th>
          <Table.Th scope="col" className="figures">
            Now
          </Table.Th>
          <Table.Th scope="col" className="figures">
            Then
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changed.map(({ key, name, before, after }) => (
          <Table.Tr key={key}>
            <Table.Th scope="row" fw={500} style={{ overflowWrap: "anywhere" }}>
              {name}
            </Table.Th>
            {[before, after].map((words, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place in the row.
              <Table.Td key={at} className="figures" style={{ whiteSpace: "normal" }}>
                {words}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
