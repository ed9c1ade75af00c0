/** The price catalogue of `@pydantic/genai-prices`, as dated rows and the names that models go by. */
import {
  type ConditionalPrice,
  findProvider,
  type ModelInfo,
  type ModelPrice,
  type TieredPrices,
} from "@pydantic/genai-prices";
import { type Instant, instant, parseInstant } from "../core/instant.ts";
import { decimalText, type NanoUsdPerMillion, nanoUsdPerMillion } from "../core/money.ts";
import type { PriceRow, Rates, TieredRate } from "../core/pricing/price.ts";
import { rateFromText } from "../core/pricing/rate-text.ts";
import type { Bucket } from "../core/usage.ts";
import type { ModelNames } from "./match-names.ts";

/** Our name of a provider, and the catalogue's. */
const PROVIDERS: Readonly<Record<string, string>> = {
  gemini: "google",
  openai: "openai",
  anthropic: "anthropic",
  mistral: "mistral",
  bedrock: "aws",
  cerebras: "cerebras",
  cohere: "cohere",
  deepseek: "deepseek",
  fireworks: "fireworks",
  groq: "groq",
  moonshotai: "moonshotai",
  openrouter: "openrouter",
  perplexity: "perplexity",
  together: "together",
  voyage: "voyageai",
  xai: "x-ai",
  zai: "zai",
};

/**
 * The catalogue's price keys that we have a bucket for, and the units each is the price of. Left out are citations, text
 * messages and video output, which no dialect of ours meters yet.
 */
const PRICE_KEYS: Readonly<Record<string, { readonly bucket: Bucket; readonly per: number }>> = {
  input_mtok: { bucket: "input", per: 1_000_000 },
  cache_read_mtok: { bucket: "cache_read", per: 1_000_000 },
  cache_write_mtok: { bucket: "cache_write_5m", per: 1_000_000 },
  cache_write_1h_mtok: { bucket: "cache_write_1h", per: 1_000_000 },
  output_mtok: { bucket: "output", per: 1_000_000 },
  output_reasoning_mtok: { bucket: "reasoning", per: 1_000_000 },
  input_audio_mtok: { bucket: "input_audio", per: 1_000_000 },
  cache_audio_read_mtok: { bucket: "cache_read_audio", per: 1_000_000 },
  output_audio_mtok: { bucket: "output_audio", per: 1_000_000 },
  input_image_mtok: { bucket: "input_image", per: 1_000_000 },
  cache_image_read_mtok: { bucket: "cache_read_image", per: 1_000_000 },
  output_image_mtok: { bucket: "output_image", per: 1_000_000 },
  input_video_mtok: { bucket: "input_video", per: 1_000_000 },
  requests_kcount: { bucket: "requests", per: 1_000 },
  web_searches_kcount: { bucket: "web_searches", per: 1_000 },
  storage_searches_kcount: { bucket: "file_searches", per: 1_000 },
  audio_hours: { bucket: "seconds", per: 3_600 },
  input_mchars: { bucket: "characters", per: 1_000_000 },
  input_document_kpages: { bucket: "pages", per: 1_000 },
  input_annotated_document_kpages: { bucket: "annotated_pages", per: 1_000 },
};

const BEGINNING = instant(0);
const SOURCE = "https://github.com/pydantic/genai-prices";

export interface Catalogue {
  readonly rows: readonly PriceRow[];
  readonly names: readonly ModelNames[];
}

/** A provider of the catalogue: its list of models, in which the first that matches a name is meant. */
export interface CatalogueProvider {
  readonly id: string;
  readonly models: readonly ModelInfo[];
}

/** The catalogue that came with this program. */
export function readCatalogue(): Catalogue {
  return catalogueOf(
    Object.values(PROVIDERS).flatMap((id) => {
      const found = findProvider({ providerId: id });
      return found === undefined ? [] : [found];
    }),
  );
}

/** The prices of the providers that we have a name for. */
export function catalogueOf(providers: readonly CatalogueProvider[]): Catalogue {
  const priced = Object.entries(PROVIDERS).flatMap(([provider, id]) => {
    const models = providers.find((one) => one.id === id)?.models ?? [];
    return models
      .filter((model) => isOffered(provider, model))
      .map((model) => ({ provider, model }));
  });
  return {
    rows: priced.flatMap(({ provider, model }) => rowsOf(provider, model)),
    names: priced.map(({ provider, model }) => namesOf(provider, model)),
  };
}

/** Google's list has Claude on Vertex too, which is not reached by Gemini's addresses. */
function isOffered(provider: string, model: ModelInfo): boolean {
  return !(provider === "gemini" && model.id.startsWith("claude"));
}

function namesOf(provider: string, model: ModelInfo): ModelNames {
  return { provider, model: model.id, match: model.match };
}

/** A price bound to a time of day is in force from the same date on as the price that it stands after. */
function rowsOf(provider: string, model: ModelInfo): PriceRow[] {
  const conditional: readonly ConditionalPrice[] = Array.isArray(model.prices)
    ? model.prices
    : [{ prices: model.prices }];
  let from = BEGINNING;
  return conditional.flatMap(({ constraint, prices }) => {
    if (constraint?.type === "start_date") from = startOf(constraint.start_date);
    const daily =
      constraint?.type === "time_of_date"
        ? { startMs: timeOfDay(constraint.start_time), endMs: timeOfDay(constraint.end_time) }
        : undefined;
    const rates = ratesOf(prices);
    // Priced by units that we do not count: not known, rather than free.
    if (rates === null) return [];
    const row: PriceRow = {
      id: rowId(provider, model.id, from, daily?.startMs),
      origin: "catalogue",
      provider,
      model: model.id,
      from,
      ...(daily === undefined ? {} : { daily }),
      rates,
      source: SOURCE,
      ...(model.description === undefined ? {} : { description: model.description }),
    };
    return [row];
  });
}

function startOf(date: string): Instant {
  return parseInstant(`${date}T00:00:00Z`, "start_date");
}

/** Milliseconds after midnight UTC of a time such as `16:30:00Z`. */
function timeOfDay(time: string): number {
  return parseInstant(`1970-01-02T${time}`, "time_of_date") % 86_400_000;
}

function rowId(
  provider: string,
  model: string,
  from: Instant,
  startMs: number | undefined,
): string {
  const date = from === BEGINNING ? "first" : new Date(from).toISOString().slice(0, 10);
  const hour = startMs === undefined ? "" : `@${new Date(startMs).toISOString().slice(11, 16)}`;
  return `catalogue:${provider}:${model}:${date}${hour}`;
}

/** The catalogue writes a free model as one without prices. */
const FREE: TieredRate = { base: nanoUsdPerMillion(0n), tiers: [] };

function ratesOf(prices: ModelPrice): Rates | null {
  const rates: Partial<Record<Bucket, TieredRate>> = {};
  const named = Object.entries(prices);
  if (named.length === 0) return { input: FREE, output: FREE };
  for (const [key, price] of named) {
    const unit = PRICE_KEYS[key];
    if (unit !== undefined && price !== undefined) rates[unit.bucket] = rateOf(price, unit.per);
  }
  return Object.keys(rates).length === 0 ? null : rates;
}

function rateOf(price: number | TieredPrices, per: number): TieredRate {
  if (typeof price === "number") return { base: exact(price, per), tiers: [] };
  const tiers = price.tiers.map((tier) => ({ above: tier.start, rate: exact(tier.price, per) }));
  return { base: exact(price.base, per), tiers: tiers.sort((a, b) => a.above - b.above) };
}

/** The catalogue holds JavaScript numbers; what was meant is their shortest decimal text. */
function exact(dollars: number, per: number): NanoUsdPerMillion {
  return rateFromText(decimalText(dollars), per);
}
