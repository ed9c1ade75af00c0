/** The prices in force, searched and filtered by the address, a page at a time. */
import { Select, Table, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { countOf } from "../../../../src/core/amount-words.ts";
import { ORIGINS } from "../../../../src/core/pricing/price.ts";
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { type AddressState, useAddress } from "../../app/address.ts";
import { Card } from "../../parts/page.tsx";
import { Pages, pageOf } from "../../parts/pages.tsx";
import { Await, Empty } from "../../parts/states.tsx";
import { useTyped } from "../../parts/use-typed.ts";
import { WideTable } from "../../parts/wide-table.tsx";
import { PriceLine } from "./price-line.tsx";
import { type PriceRow, pricesQuery } from "./price-queries.ts";
import classes from "./prices.module.css";
import { ORIGIN_WORDS } from "./rate-words.ts";

const ROWS = 50;

export function BookCard() {
  const query = useQuery(pricesQuery);
  return (
    <Card>
      <Await query={query} height={640}>
        {(prices) => <Book prices={prices} />}
      </Await>
    </Card>
  );
}

function Book({ prices }: { readonly prices: readonly PriceRow[] }) {
  const [address, change] = useAddress();
  const found = prices.filter((price) => isFound(price, address));
  const page = Math.min(pageOf(address["page"]), Math.max(1, Math.ceil(found.length / ROWS)));
  const rows = found.slice((page - 1) * ROWS, page * ROWS);
  const providers = [...new Set(prices.map(({ provider }) => provider))];
  return (
    <>
      <Filters address={address} change={change} providers={providers} />
      <Text size="xs" c="dimmed" mb={6} role="status">
        {countOf(found.length, "price")} of {countOf(providers.length, "provider")}. Token rates are
        for a million.
      </Text>
      {rows.length === 0 ? (
        <Empty title="No such price">
          No price in force is like that. A model that the book does not know can be added above.
        </Empty>
      ) : (
        <BookTable rows={rows} />
      )}
      <Pages
        of="Prices"
        total={found.length}
        size={ROWS}
        value={page}
        onChange={(next) => change({ page: next === 1 ? undefined : String(next) })}
      />
    </>
  );
}

function isFound(price: PriceRow, { q, provider, origin }: AddressState): boolean {
  const words = (q ?? "").toLowerCase().split(/\s+/);
  const text = `${price.provider} ${price.model} ${price.description}`.toLowerCase();
  return (
    words.every((word) => text.includes(word)) &&
    (provider === undefined || price.provider === provider) &&
    (origin === undefined || price.origin === origin)
  );
}

function Filters({
  address,
  change,
  providers,
}: {
  readonly address: AddressState;
  readonly change: (changes: AddressState) => void;
  readonly providers: readonly string[];
}) {
  const [typed, search] = useTyped("q");
  const choose = (field: string) => (chosen: string | null) =>
    change({ [field]: chosen ?? undefined, page: undefined });
  return (
    <div className={classes["filters"]}>
      <TextInput
        type="search"
        aria-label="Search prices"
        placeholder="Model or provider"
        value={typed}
        onChange={(event) => search(event.currentTarget.value)}
        className={classes["search"]}
      />
      <Select
        aria-label="Provider"
        placeholder="Any provider"
        data={providers.map((value) => ({ value, label: providerTitle(value) }))}
        value={address["provider"] ?? null}
        onChange={choose("provider")}
        searchable
        clearable
        clearButtonProps={{ "aria-label": "Any provider" }}
        w={180}
      />
      <Select
        aria-label="Source"
        placeholder="Any source"
        data={ORIGINS.map((value) => ({ value, label: ORIGIN_WORDS[value] }))}
        value={address["origin"] ?? null}
        onChange={choose("origin")}
        clearable
        clearButtonProps={{ "aria-label": "Any source" }}
        w={170}
      />
    </div>
  );
}

function BookTable({ rows }: { readonly rows: readonly PriceRow[] }) {
  return (
    <WideTable label="Prices in force" minWidth={820} className={classes["table"]}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Model</Table.Th>
          <Table.Th scope="col" className="figures">
            Input
          </Table.Th>
          <Table.Th scope="col" className="figures">
            Output
          </Table.Th>
          <Table.Th scope="col">Other rates</Table.Th>
          <Table.Th scope="col">From (UTC)</Table.Th>
          <Table.Th scope="col">Source</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((price) => (
          <PriceLine key={`${price.provider} ${price.model} ${price.id}`} price={price} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
