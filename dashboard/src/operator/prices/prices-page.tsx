/** The price book: what is in force, what is missing, past calls priced again, and newer catalogues. */
import { Button, Group, Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAddress } from "../../app/address.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Page } from "../../parts/page.tsx";
import { Said } from "../../parts/said.tsx";
import { AddPrice } from "./add-price.tsx";
import { BookCard } from "./book-card.tsx";
import { CatalogueCard } from "./catalogue-card.tsx";
import { HistoryDialog } from "./history-dialog.tsx";
import { addressOf, type ModelName, unpricedQuery } from "./price-queries.ts";
import { RerateCard } from "./rerate-card.tsx";
import { UnpricedCard } from "./unpriced-card.tsx";

const TABS = ["book", "unpriced", "rerate", "catalogue"] as const;

export function PricesPage() {
  const [{ tab }, change] = useAddress();
  const [added, setAdded] = useState<ModelName | null>(null);
  const shown = TABS.find((one) => one === tab) ?? "book";
  const { data: unpriced } = useQuery(unpricedQuery);
  const missing = unpriced?.total ?? 0;
  return (
    <Page
      title="Prices"
      subtitle="What providers charge you. A price is never changed, only superseded by one with a later date."
      actions={<Button onClick={() => change({ add: "1" })}>Add a price</Button>}
    >
      <div>
        <Added name={added} />
        <AddPrice onAdded={setAdded} />
        <HistoryDialog />
        <Tabs
          value={shown}
          keepMounted={false}
          onChange={(next) => change({ tab: next === null || next === "book" ? undefined : next })}
        >
          <Tabs.List mb="md">
            <Tabs.Tab value="book">In force</Tabs.Tab>
            <Tabs.Tab value="unpriced">No price{missing === 0 ? "" : ` (${missing})`}</Tabs.Tab>
            <Tabs.Tab value="rerate">Price again</Tabs.Tab>
            <Tabs.Tab value="catalogue">Catalogue</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="book">
            <BookCard />
          </Tabs.Panel>
          <Tabs.Panel value="unpriced">
            <UnpricedCard />
          </Tabs.Panel>
          <Tabs.Panel value="rerate">
            <RerateCard />
          </Tabs.Panel>
          <Tabs.Panel value="catalogue">
            <CatalogueCard />
          </Tabs.Panel>
        </Tabs>
      </div>
    </Page>
  );
}

function Added({ name }: { readonly name: ModelName | null }) {
  return (
    <Group gap="sm">
      <Said words={name === null ? null : `The price of ${name.model} is in the book.`} />
      {name === null ? null : (
        <Text size="sm">
          <PageLink to="//prices" search={{ tab: "rerate", again: addressOf(name) }} size="sm">
            Price its past calls again
          </PageLink>
        </Text>
      )}
    </Group>
  );
}
