/** What a call used and what that cost, line by line, each by the price row that was in force, with the sum. */
import { Table, Text } from "@mantine/core";
import { type Bucket, tokenSide } from "../../../../src/core/usage.ts";
import { exactly, exactMoney } from "../../parts/format.ts";
import { Card } from "../../parts/page.tsx";
import { seriesColour } from "../../parts/provider-colours.ts";
import { WideTable } from "../../parts/wide-table.tsx";
import { bucketWords } from "./bucket-words.ts";
import type { Story } from "./call-query.ts";
import classes from "./calls.module.css";

export function CallCost({ story }: { readonly story: Story }) {
  const tokens = tokensOf(story);
  const sum = tokens.reduce((all, { quantity }) => all + quantity, 0);
  const told = tokens.map(({ name, quantity }) => `${name} ${exactly(quantity)}`).join(", ");
  return (
    <Card title="Usage and cost">
      {sum === 0 ? null : (
        <div className={classes["bar"]} role="img" aria-label={`${exactly(sum)} tokens: ${told}`}>
          {tokens.map(({ name, quantity, colour }) => (
            <span
              key={name}
              title={`${name}: ${exactly(quantity)}`}
              style={{ width: `${(quantity / sum) * 100}%`, background: colour }}
            />
          ))}
        </div>
      )}
      <Lines story={story} />
      <Notes story={story} />
    </Card>
  );
}

/** Disjoint: each token is in one bucket. */
function tokensOf({ usage }: Story) {
  return usedBuckets(usage)
    .filter(([bucket]) => tokenSide(bucket) !== "none")
    .map(([bucket, quantity], place) => ({
      bucket,
      name: bucketWords(bucket),
      quantity,
      colour: seriesColour(place),
    }));
}

function usedBuckets(usage: Story["usage"]): [Bucket, number][] {
  return Object.entries(usage) as [Bucket, number][];
}

function Lines({ story }: { readonly story: Story }) {
  const { cost_lines: lines, usage, cost } = story;
  const priced = new Set(lines.map(({ bucket }) => bucket));
  const unpriced = usedBuckets(usage).filter(([bucket]) => !priced.has(bucket));
  const colours = new Map(tokensOf(story).map(({ bucket, colour }) => [String(bucket), colour]));
  return (
    <WideTable label="Cost line by line" minWidth={680} mt="sm" verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">What</Table.Th>
          <Table.Th scope="col" className="figures">
            Quantity
          </Table.Th>
          <Table.Th scope="col" className="figures">
            Price
          </Table.Th>
          <Table.Th scope="col" className="figures">
            Cost
          </Table.Th>
          <Table.Th scope="col">Price row</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line) => (
          <Table.Tr key={`${line.bucket} ${line.price_id}`}>
            <Table.Th scope="row" fw={400}>
              <Named bucket={line.bucket} colour={colours.get(line.bucket)} />
            </Table.Th>
            <Table.Td className="figures">{exactly(line.quantity)}</Table.Td>
            <Table.Td className="figures">{priceWords(line)}</Table.Td>
            <Table.Td className="figures">{exactMoney(line.cost)}</Table.Td>
            <Table.Td>
              <PriceRow id={line.price_id} />
            </Table.Td>
          </Table.Tr>
        ))}
        {unpriced.map(([bucket, quantity]) => (
          <Table.Tr key={bucket}>
            <Table.Th scope="row" fw={400}>
              <Named bucket={bucket} colour={colours.get(bucket)} />
            </Table.Th>
            <Table.Td className="figures">{exactly(quantity)}</Table.Td>
            <Table.Td className="figures" c="dimmed">
              none
            </Table.Td>
            <Table.Td className="figures">{exactMoney(0)}</Table.Td>
            <Table.Td />
          </Table.Tr>
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row" colSpan={3}>
            Total
          </Table.Th>
          <Table.Th className="figures">{exactMoney(cost)}</Table.Th>
          <Table.Td />
        </Table.Tr>
      </Table.Tfoot>
    </WideTable>
  );
}

function Named({
  bucket,
  colour,
}: {
  readonly bucket: string;
  readonly colour: string | undefined;
}) {
  return (
    <>
      <span
        className={classes["dot"]}
        style={{ background: colour ?? "transparent" }}
        aria-hidden
      />
      {bucketWords(bucket)}
    </>
  );
}

function PriceRow({ id }: { readonly id: string }) {
  return (
    <Text span size="xs" ff="monospace" style={{ whiteSpace: "nowrap" }}>
      {id}
    </Text>
  );
}

const MILLION = 1_000_000;

function priceWords(line: Story["cost_lines"][number]): string {
  const isOfTokens = tokenSide(line.bucket as Bucket) !== "none";
  if (!isOfTokens) return `${exactMoney(line.unit_cost)} each`;
  // A rate is a whole number of nano-dollars a million; the product is off in the sixteenth place.
  return `${exactMoney(Math.round(line.unit_cost * MILLION * 1e9) / 1e9)} a million`;
}

function Notes({ story }: { readonly story: Story }) {
  const notes = [
    story.stated_cost === undefined
      ? null
      : `The provider stated a cost of ${exactMoney(story.stated_cost)}, which outranks the price book.`,
    story.unpriced ? "No price was known for part of this: it counts as nothing." : null,
    story.estimated ? "The provider did not say all that was used; Purser counted it." : null,
    story.overrun ? "It used more than was held for it." : null,
  ].filter((note) => note !== null);
  return notes.map((note) => (
    <Text key={note} size="sm" c="dimmed" mt={6}>
      {note}
    </Text>
  ));
}
