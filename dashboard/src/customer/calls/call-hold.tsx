/** What a call was expected to use and what was held for it, beside what it used. */
import { Table, Text } from "@mantine/core";
import { type Bucket, tokenSide } from "../../../../src/core/usage.ts";
import { exactly } from "../../parts/format.ts";
import { Money } from "../../parts/money.tsx";
import { Card } from "../../parts/page.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { bucketWords } from "./bucket-words.ts";
import type { Story } from "./call-query.ts";
import { NotRecorded } from "./call-timing.tsx";

/** Meters that a hold and a usage can be compared by. */
const METERS = [
  "input_tokens",
  "output_tokens",
  "images",
  "characters",
  "seconds",
  "pages",
  "cost",
] as const;

type Sums = Readonly<Partial<Record<string, number>>>;

export function CallHold({ story }: { readonly story: Story }) {
  const { held, expected, usage, cost } = story;
  if (held === null && expected === null) return <NothingHeld story={story} />;
  const foreseen: Sums | null =
    expected === null ? null : { ...byMeter(expected.usage), cost: expected.cost };
  const used: Sums = { ...byMeter(usage), cost };
  const meters = METERS.filter((meter) => held?.[meter] || foreseen?.[meter] || used[meter]);
  return (
    <Card title="Estimate and hold" h="100%">
      <WideTable
        label="Expected, held and used"
        minWidth={0}
        verticalSpacing={4}
        horizontalSpacing={4}
        // Three costs to the nano-dollar stand beside each other in a third of the page.
        fz="xs"
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">What</Table.Th>
            <Table.Th scope="col" className="figures">
              Expected
            </Table.Th>
            <Table.Th scope="col" className="figures">
              Held
            </Table.Th>
            <Table.Th scope="col" className="figures">
              Used
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {meters.map((meter) => (
            <Table.Tr key={meter}>
              <Table.Th scope="row" fw={400}>
                {bucketWords(meter)}
              </Table.Th>
              <Figure of={foreseen} meter={meter} />
              <Figure of={held} meter={meter} />
              <Figure of={used} meter={meter} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Card>
  );
}

/** A meter that a hold does not have was not limited, so nothing was held of it. */
function Figure({ of, meter }: { readonly of: Sums | null; readonly meter: string }) {
  const amount = of?.[meter];
  return (
    <Table.Td className="figures">
      {of === null ? <NotRecorded /> : <Written amount={amount} meter={meter} />}
    </Table.Td>
  );
}

function Written({
  amount,
  meter,
}: {
  readonly amount: number | undefined;
  readonly meter: string;
}) {
  if (amount === undefined) return "none";
  return meter === "cost" ? <Money dollars={amount} /> : exactly(amount);
}

/** Buckets that are no tokens are called as their meters are. */
function byMeter(usage: Story["usage"]): Sums {
  const sums: Record<string, number> = {};
  for (const [bucket, quantity] of Object.entries(usage) as [Bucket, number][]) {
    const side = tokenSide(bucket);
    const meter = side === "none" ? bucket : `${side}_tokens`;
    sums[meter] = (sums[meter] ?? 0) + quantity;
  }
  return sums;
}

function NothingHeld({ story: { source } }: { readonly story: Story }) {
  const isAfterTheFact = source === "event" || source === "import";
  return (
    <Card title="Estimate and hold" h="100%">
      <Text size="sm">
        <NotRecorded />
      </Text>
      <Text size="sm" c="dimmed" mt={6}>
        {isAfterTheFact
          ? "This call was told after the fact, so nothing was held for it."
          : "What was held for this call was not kept."}
      </Text>
    </Card>
  );
}
