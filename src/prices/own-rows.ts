/** Our own dated prices, for what the catalogue lacks: defaults, until the operator enters what they really pay. */
import { parseInstant } from "../core/instant.ts";
import type { PriceRow, TieredRate } from "../core/pricing/price.ts";
import { rateFromText } from "../core/pricing/rate-text.ts";
import { BUCKETS, type Bucket } from "../core/usage.ts";
import type { ModelNames } from "./match-names.ts";

/** Append only: a new price is a new entry with a later `from`. */
const PRICES: readonly {
  readonly provider: string;
  readonly model: string;
  readonly from: string;
  /** US dollars for one unit of a bucket. */
  readonly dollars: Readonly<Partial<Record<Bucket, string>>>;
  /** Where the provider publishes its own price. */
  readonly compareWith: string;
  readonly description: string;
}[] = [
  {
    provider: "tavily",
    model: "search",
    from: "2020-01-01",
    dollars: { credits: "0.001" },
    compareWith: "https://docs.tavily.com/documentation/api-credits",
    description: "A search is 1 credit, an advanced one 2",
  },
  {
    provider: "serper",
    model: "search",
    from: "2020-01-01",
    dollars: { credits: "0.001" },
    compareWith: "https://serper.dev",
    description: "A search is 1 credit",
  },
  {
    provider: "exa",
    model: "search",
    from: "2020-01-01",
    dollars: { requests: "0.003" },
    compareWith: "https://exa.ai/pricing",
    description: "A search, unless the answer states its own cost",
  },
  {
    provider: "firecrawl",
    model: "scrape",
    from: "2020-01-01",
    dollars: { pages: "0.002", credits: "0.002" },
    compareWith: "https://www.firecrawl.dev/pricing",
    description: "A page, and any other credit: what a page or a search costs beyond its pages",
  },
  {
    provider: "stability",
    model: "image",
    from: "2020-01-01",
    dollars: { images: "0.04" },
    compareWith: "https://platform.stability.ai/pricing",
    description: "An image",
  },
];

/** These providers price the kind of work, whatever its model is called. */
export function ownNames(): ModelNames[] {
  return PRICES.map(({ provider, model }) => ({ provider, model, match: { starts_with: "" } }));
}

export function ownRows(): PriceRow[] {
  return PRICES.map(({ provider, model, from, dollars, compareWith, description }) => ({
    id: `own:${provider}:${model}:${from}`,
    origin: "own",
    provider,
    model,
    from: parseInstant(`${from}T00:00:00Z`, "from"),
    rates: ratesOf(dollars),
    source: `Purser's default; compare with ${compareWith}`,
    description,
  }));
}

function ratesOf(dollars: Readonly<Partial<Record<Bucket, string>>>): PriceRow["rates"] {
  const rates: Partial<Record<Bucket, TieredRate>> = {};
  for (const bucket of BUCKETS) {
    const price = dollars[bucket];
    if (price !== undefined) rates[bucket] = { base: rateFromText(price, 1), tiers: [] };
  }
  return rates;
}
