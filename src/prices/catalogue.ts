/** The price catalogue of `@pydantic/genai-prices`, as dated rows and the names that models go by. */
import {
  type ConditionalPrice,
  findProvider,
  type MatchLogic,
  type ModelInfo,
  type ModelPrice,
  type TieredPrices,
} from "@pydantic/genai-prices";
import { type Instant, instant, parseInstant } from "../core/instant.ts";
import { decimalText, type NanoUsdPerMillion } from "../core/money.ts";
import type { PriceRow, TieredRate } from "../core/pricing/price.ts";
import type { Bucket } from "../core/usage.ts";
import type { ModelNames } from "./open-price-book.ts";
import { rateFromText } from "./rate-text.ts";

/** Our name of a provider, and the catalogue's. */
const PROVIDERS: Readonly<Record<string, string>> = {
  gemini: "google",
  openai: "openai",
  anthropic: "anthropic",
  mistral: "mistral",
  cerebras: "cerebras",
  cohere: "cohere",
  deepseek: "deepseek",
  fireworks: "fireworks",
  groq: "groq",
  moonshotai: "moonshotai",
  openrouter: "openrouter",
  perplexity: "perplexity",
  together: "together",
  xai: "x-ai",
};

/**
 * The catalogue's price keys that we have a bucket for, and the units each is the price of. Left out are searches in
 * stored files, citations, annotated pages, text messages and video output, which no dialect of ours meters yet.
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
  audio_hours: { bucket: "seconds", per: 3_600 },
  input_document_kpages: { bucket: "pages", per: 1_000 },
};

const BEGINNING = instant(0);
const SOURCE = "https://github.com/pydantic/genai-prices";

export interface Catalogue {
  readonly rows: readonly PriceRow[];
  readonly names: readonly ModelNames[];
}

export function readCatalogue(): Catalogue {
  const priced = Object.entries(PROVIDERS).flatMap(([provider, id]) => {
    const models = findProvider({ providerId: id })?.models ?? [];
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
  return { provider, model: model.id, matches: matcherOf(model.match) };
}

/** Matches names in lower case, as the catalogue itself does. */
function matcherOf(logic: MatchLogic): (name: string) => boolean {
  if ("or" in logic) {
    const parts = logic.or.map(matcherOf);
    return (name) => parts.some((matches) => matches(name));
  }
  if ("and" in logic) {
    const parts = logic.and.map(matcherOf);
    return (name) => parts.every((matches) => matches(name));
  }
  if ("regex" in logic) {
    const pattern = new RegExp(logic.regex);
    return (name) => pattern.test(name);
  }
  return textMatcherOf(logic);
}

type TextMatch = Exclude<MatchLogic, { or: unknown } | { and: unknown } | { regex: unknown }>;

function textMatcherOf(logic: TextMatch): (name: string) => boolean {
  if ("equals" in logic) {
    const text = logic.equals.toLowerCase();
    return (name) => name === text;
  }
  if ("starts_with" in logic) {
    const text = logic.starts_with.toLowerCase();
    return (name) => name.startsWith(text);
  }
  if ("ends_with" in logic) {
    const text = logic.ends_with.toLowerCase();
    return (name) => name.endsWith(text);
  }
  const text = logic.contains.toLowerCase();
  return (name) => name.includes(text);
}

/** A price bound to a time of day is in force from the same date on as the price that it stands after. */
function rowsOf(provider: string, model: ModelInfo): PriceRow[] {
  const conditional: readonly ConditionalPrice[] = Array.isArray(model.prices)
    ? model.prices
    : [{ prices: model.prices }];
  let from = BEGINNING;
  return conditional.map(({ constraint, prices }) => {
    if (constraint?.type === "start_date") from = startOf(constraint.start_date);
    const daily =
      constraint?.type === "time_of_date"
        ? { startMs: timeOfDay(constraint.start_time), endMs: timeOfDay(constraint.end_time) }
        : undefined;
    return {
      id: rowId(provider, model.id, from, daily?.startMs),
      provider,
      model: model.id,
      from,
      ...(daily === undefined ? {} : { daily }),
      rates: ratesOf(prices),
      source: SOURCE,
      ...(model.description === undefined ? {} : { description: model.description }),
    };
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

function ratesOf(prices: ModelPrice): PriceRow["rates"] {
  const rates: Partial<Record<Bucket, TieredRate>> = {};
  for (const [key, price] of Object.entries(prices)) {
    const unit = PRICE_KEYS[key];
    if (unit !== undefined && price !== undefined) rates[unit.bucket] = rateOf(price, unit.per);
  }
  return rates;
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
