/** Models that were called without a price, each with the form that gives it one. */
import { Button, Table, Text, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { useAddress } from "../../app/address.ts";
import { Amount } from "../../parts/amount.tsx";
import { Card } from "../../parts/page.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { RelativeTime } from "../../parts/time.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { addressOf, type Unpriced, unpricedQuery } from "./price-queries.ts";
import classes from "./prices.module.css";

export function UnpricedCard() {
  const query = useQuery(unpricedQuery);
  return (
    <Card title="Called without a price">
      <Await query={query} height={200}>
        {({ models }) =>
          models.length === 0 ? (
            <Empty title="Every model has a price">
              A model that the book does not know is counted at $0 and listed here at its first
              call, and you are told of it.
            </Empty>
          ) : (
            <Models models={models} />
          )
        }
      </Await>
    </Card>
  );
}

function Models({ models }: { readonly models: readonly Unpriced[] }) {
  const sum = (of: "calls" | "tokens"): number => models.reduce((all, one) => all + one[of], 0);
  return (
    <>
      <Text size="sm" c="dimmed" mb="xs">
        Their calls are counted at $0. Give each a price, then price its past calls again. The last
        90 days are looked at.
      </Text>
      <WideTable label="Models without a price" minWidth={680} className={classes["table"]}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Model</Table.Th>
            <Table.Th scope="col" className="figures">
              Calls
            </Table.Th>
            <Table.Th scope="col" className="figures">
              Tokens
            </Table.Th>
            <Table.Th scope="col">First called</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">
              <VisuallyHidden>What to do</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {models.map((one) => (
            <ModelRow key={addressOf(one)} of={one} />
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">Total</Table.Th>
            <Table.Td className="figures">
              <Amount of={sum("calls")} />
            </Table.Td>
            <Table.Td className="figures">
              <Amount of={sum("tokens")} />
            </Table.Td>
            <Table.Td colSpan={3} />
          </Table.Tr>
        </Table.Tfoot>
      </WideTable>
    </>
  );
}

function ModelRow({ of }: { readonly of: Unpriced }) {
  const [, change] = useAddress();
  return (
    <Table.Tr>
      <Table.Th scope="row" maw={260}>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {of.model}
        </Text>
        <Text size="xs" c="dimmed">
          {providerTitle(of.provider)}
        </Text>
      </Table.Th>
      <Table.Td className="figures">
        <Amount of={of.calls} />
      </Table.Td>
      <Table.Td className="figures">
        <Amount of={of.tokens} />
      </Table.Td>
      <Table.Td>
        <RelativeTime at={of.first_at} />
      </Table.Td>
      <Table.Td>{of.has_price ? "Has a price since; past calls at $0" : "No price"}</Table.Td>
      <Table.Td ta="right">
        {of.has_price ? (
          <Button
            size="xs"
            onClick={() => change({ tab: "rerate", again: addressOf(of) })}
            aria-label={`Price past calls of ${of.model} again`}
          >
            Price again
          </Button>
        ) : (
          <Button
            size="xs"
            onClick={() => change({ add: addressOf(of) })}
            aria-label={`Add a price for ${of.model}`}
          >
            Add a price
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
