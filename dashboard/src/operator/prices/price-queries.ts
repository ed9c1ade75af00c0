/** What the operator reads and changes of the price book. */
import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  listPrices,
  listUnpricedModels,
} from "../../../../src/api/contract/endpoints/prices.ts";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";

export type PriceRow = z.output<(typeof listPrices)["answer"]>["prices"][number];
export type Unpriced = z.output<(typeof listUnpricedModels)["answer"]>["models"][number];

/** The book is long and changes seldom. */
const FRESH_MS = 60_000;

export const pricesQuery = queryOptions({
  queryKey: ["operator", "prices", "in force"],
  queryFn: async () => (await client.admin.prices()).prices,
  staleTime: FRESH_MS,
});

/** Every dated row of a model. */
export function historyQuery({ provider, model }: ModelName) {
  return queryOptions({
    queryKey: ["operator", "prices", "history", provider, model],
    queryFn: async () => (await client.admin.prices({ provider, model, history: "true" })).prices,
  });
}

export const unpricedQuery = queryOptions({
  queryKey: ["operator", "prices", "unpriced"],
  queryFn: () => client.admin.unpricedModels(),
});

export interface ModelName {
  readonly provider: string;
  readonly model: string;
}

/** A model as it stands in the address: neither name has spaces. */
export function addressOf({ provider, model }: ModelName): string {
  return `${provider} ${model}`;
}

/** `model` is empty where the address names a provider only. */
export function nameAt(text: string): ModelName {
  const [provider = "", model = ""] = text.split(" ");
  return { provider, model };
}

/** After a price was added, or past calls were priced again. */
export function pricesChanged(): Promise<void> {
  return queries.invalidateQueries({ queryKey: ["operator"] });
}
