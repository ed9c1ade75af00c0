/** Our own dated prices, for what the catalogue lacks: defaults, until the operator enters what they really pay. */
import { parseInstant } from "../core/instant.ts";
import type { PriceRow, TieredRate } from "../core/pricing/price.ts";
import { rateFromText } from "../core/pricing/rate-text.ts";
import { BUCKETS, type Bucket } from "../core/usage.ts";
import type { ModelNames } from "./match-names.ts";

interface OwnPrice {
  readonly provider: string;
  readonly model: string;
  readonly from: string;
  /** US dollars for one unit of a bucket. */
  readonly dollars: Readonly<Partial<Record<Bucket, string>>>;
  /** Where the provider publishes its own price. */
  readonly compareWith: string;
  readonly description: string;
}

/**
 * These providers price the kind of work, whatever its model is called. Append only: a new price is a new entry with a
 * later `from`.
 */
const BY_KIND_OF_WORK: readonly OwnPrice[] = [
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

const OPENAI_PAGE = "https://platform.openai.com/docs/pricing";
const GEMINI_PAGE = "https://ai.google.dev/gemini-api/docs/pricing";

/** Models that the catalogue lacks, since it has no prices by the image or the character. Append only. */
const BY_MODEL: readonly OwnPrice[] = [
  image("openai", "dall-e-2", "0.020", OPENAI_PAGE),
  image("openai", "dall-e-2:512x512", "0.018", OPENAI_PAGE),
  image("openai", "dall-e-2:256x256", "0.016", OPENAI_PAGE),
  image("openai", "dall-e-3", "0.040", OPENAI_PAGE),
  image("openai", "dall-e-3:1024x1792", "0.080", OPENAI_PAGE),
  image("openai", "dall-e-3:hd", "0.080", OPENAI_PAGE),
  image("openai", "dall-e-3:hd:1024x1792", "0.120", OPENAI_PAGE),
  speech("tts-1", "0.000015"),
  speech("tts-1-hd", "0.000030"),
  image("gemini", "imagen-4.0-generate-001", "0.04", GEMINI_PAGE),
  image("gemini", "imagen-4.0-fast-generate-001", "0.02", GEMINI_PAGE),
  image("gemini", "imagen-4.0-ultra-generate-001", "0.06", GEMINI_PAGE),
  image("gemini", "imagen-3.0-generate-002", "0.03", GEMINI_PAGE),
];

function image(provider: string, model: string, dollars: string, page: string): OwnPrice {
  return {
    ...unchecked(provider, model, page),
    dollars: { images: dollars },
    description: "An image",
  };
}

function speech(model: string, dollars: string): OwnPrice {
  const description = "A character spoken";
  return {
    ...unchecked("openai", model, OPENAI_PAGE),
    dollars: { characters: dollars },
    description,
  };
}

/** Written from memory of that page, since this was made without a way to read it. */
function unchecked(provider: string, model: string, page: string) {
  return { provider, model, from: "2020-01-01", compareWith: `${page} (unchecked)` };
}

export function ownNames(): ModelNames[] {
  const names = BY_KIND_OF_WORK.map(({ provider, model }) => ({ provider, model }));
  return names.map((name) => ({ ...name, match: { starts_with: "" } }));
}

export function ownRows(): PriceRow[] {
  const prices = [...BY_KIND_OF_WORK, ...BY_MODEL];
  return prices.map(({ provider, model, from, dollars, compareWith, description }) => ({
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
