/** What was corrected after a call was written, and what it is worth now. */
import { Table } from "@mantine/core";
import { exactly, exactMoney, exactTime } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { bucketWords } from "./bucket-words.ts";
import type { Story } from "./call-query.ts";

export function CallCorrections({ story }: { readonly story: Story }) {
  const { corrections, corrected, cost } = story;
  if (corrections.length === 0) return null;
  return (
    <Card title="Corrections">
      <WideTable label="Corrections, oldest first" minWidth={520} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">When</Table.Th>
            <Table.Th scope="col">Why</Table.Th>
            <Table.Th scope="col">Usage</Table.Th>
            <Table.Th scope="col" className="figures">
              Cost
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Row when={exactTime(story.timestamp)} why="As it was written" cost={cost} />
          {corrections.map((correction) => (
            <Row
              key={correction.id}
              when={exactTime(correction.created_at)}
              why={correction.reason}
              usage={correction.usage}
              cost={correction.cost}
            />
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row" colSpan={3}>
              Worth now
            </Table.Th>
            <Table.Th className="figures">{exactMoney(corrected.cost)}</Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </WideTable>
    </Card>
  );
}

function Row({
  when,
  why,
  usage = {},
  cost,
}: {
  readonly when: string;
  readonly why: string;
  readonly usage?: Story["corrected"]["usage"];
  readonly cost: number;
}) {
  const changes = Object.entries(usage).map(
    ([bucket, by]) => `${bucketWords(bucket)} ${by > 0 ? "+" : ""}${exactly(by)}`,
  );
  return (
    <Table.Tr>
      <Table.Td>{when}</Table.Td>
      <Table.Td>{why}</Table.Td>
      <Table.Td>{changes.join(", ")}</Table.Td>
      <Table.Td className="figures">{exactMoney(cost)}</Table.Td>
    </Table.Tr>
  );
}
