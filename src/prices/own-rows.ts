/** Our own dated prices, for what the catalogue lacks: defaults, until the operator enters what they really pay. */
import { parseInstant } from "../core/instant.ts";
import type { PriceRow } from "../core/pricing/price.ts";
import type { Bucket } from "../core/usage.ts";
import type { ModelNames } from "./open-price-book.ts";
import { rateFromText } from "./rate-text.ts";

/** Append only: a new price is a new entry with a later `from`. */
const PRICES: readonly {
  readonly provider: string;
  readonly model: string;
  readonly from: string;
  readonly bucket: Bucket;
  /** US dollars for one unit of the bucket. */
  readonly dollars: string;
  /** Where the provider publishes its own price. */
  readonly compareWith: string;
  readonly description: string;
}[] = [
  {
    provider: "tavily",
    model: "search",
    from: "2020-01-01",
    bucket: "credits",
    dollars: "0.001",
    compareWith: "https://docs.tavily.com/documentation/api-credits",
    description: "A search is 1 credit, an advanced one 2",
  },
  {
    provider: "serper",
    model: "search",
    from: "2020-01-01",
    bucket: "credits",
    dollars: "0.001",
    compareWith: "https://serper.dev",
    description: "A search is 1 credit",
  },
  {
    provider: "exa",
    model: "search",
    from: "2020-01-01",
    bucket: "requests",
    dollars: "0.003",
    compareWith: "https://exa.ai/pricing",
    description: "A search, unless the answer states its own cost",
  },
  {
    provider: "firecrawl",
    model: "scrape",
    from: "2020-01-01",
    bucket: "pages",
    dollars: "0.002",
    compareWith: "https://www.firecrawl.dev/pricing",
    description: "A page",
  },
  {
    provider: "stability",
    model: "image",
    from: "2020-01-01",
    bucket: "images",
    dollars: "0.04",
    compareWith: "https://platform.stability.ai/pricing",
    description: "An image",
  },
];

/** These providers price the kind of work, whatever its model is called. */
export function ownNames(): ModelNames[] {
  return PRICES.map(({ provider, model }) => ({ provider, model, matches: () => true }));
}

export function ownRows(): PriceRow[] {
  return PRICES.map(({ provider, model, from, bucket, dollars, compareWith, description }) => ({
    id: `own:${provider}:${model}:${from}`,
    provider,
    model,
    from: parseInstant(`${from}T00:00:00Z`, "from"),
    rates: { [bucket]: { base: rateFromText(dollars, 1), tiers: [] } },
    source: `Purser's default; compare with ${compareWith}`,
    description,
  }));
}
