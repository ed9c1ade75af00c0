/** Every dated price of a model, the one in force marked, with the way to a later one. */
import { Button, Group, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { useAddress } from "../../app/address.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { FromWords, modelWords, rateLine, SourceWords } from "./price-line.tsx";
import { addressOf, historyQuery, type ModelName, nameAt, type PriceRow } from "./price-queries.ts";
import classes from "./prices.module.css";
import { shownRates } from "./rate-words.ts";

export function HistoryDialog() {
  const [{ of }, change] = useAddress();
  const name = nameAt(of ?? "");
  return (
    <Dialog
      title={`Prices of ${modelWords(name.model)} at ${providerTitle(name.provider)}`}
      isOpen={of !== undefined}
      onClose={() => change({ of: undefined })}
      size="xl"
    >
      {of === undefined ? null : <History name={name} />}
    </Dialog>
  );
}

function History({ name }: { readonly name: ModelName }) {
  const [, change] = useAddress();
  const query = useQuery(historyQuery(name));
  return (
    <Stack>
      <Text size="sm">
        A later date supersedes an earlier one. A price of yours outranks Purser's own, and that the
        catalogue's, from its date on.
      </Text>
      <Await query={query} height={200}>
        {(prices) =>
          prices.length === 0 ? (
            <Empty title="No price yet">Its calls are counted at $0 until one is added.</Empty>
          ) : (
            <HistoryTable prices={prices} />
          )
        }
      </Await>
      <Group>
        <Button onClick={() => change({ of: undefined, add: addressOf(name) })}>
          Add a later price
        </Button>
        <Button
          variant="default"
          onClick={() => change({ of: undefined, tab: "rerate", again: addressOf(name) })}
        >
          Price its past calls again
        </Button>
      </Group>
    </Stack>
  );
}

/** The last row of a model outranks the others, so it comes first here. */
function HistoryTable({ prices }: { readonly prices: readonly PriceRow[] }) {
  return (
    <WideTable label="Every dated price" minWidth={600} className={classes["table"]}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">From (UTC)</Table.Th>
          <Table.Th scope="col">Rates</Table.Th>
          <Table.Th scope="col">Source</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {prices.toReversed().map((price) => (
          <Table.Tr key={price.id}>
            <Table.Th scope="row" className={classes["day"]}>
              <FromWords price={price} />
              {price.in_force ? (
                <Text size="xs" fw={600}>
                  in force
                </Text>
              ) : null}
            </Table.Th>
            <Table.Td>
              <ul className={classes["lines"]}>
                {shownRates(price.rates).map((rate) => (
                  <li key={rate.bucket}>{rateLine(rate)}</li>
                ))}
              </ul>
            </Table.Td>
            <Table.Td maw={240}>
              <SourceWords price={price} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
