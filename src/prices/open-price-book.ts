/** Opens a price book over dated rows: finds the one that prices a model at an instant. */
import { LRUCache } from "lru-cache";
import { DAY_MS, type Instant } from "../core/instant.ts";
import type { PriceRow } from "../core/pricing/price.ts";
import type { PriceBook } from "./price-book.ts";

/** Which names on the wire stand for a model of the book. */
export interface ModelNames {
  readonly provider: string;
  readonly model: string;
  /** Given a name in lower case. */
  readonly matches: (name: string) => boolean;
}

/** The model that most calls of a provider are made with: first in its list. */
const MAIN_MODELS: Readonly<Record<string, string>> = {
  gemini: "gemini-2.5-flash",
  openai: "gpt-4o-mini",
  anthropic: "claude-sonnet-4-5",
  mistral: "mistral-small-latest",
};

/** Names come from callers, so what is remembered of them is bounded in number and size. */
const NAMES_REMEMBERED_MOST = 2_000;
const NAME_LENGTH_MOST = 200;

/** The rows of one model: those from earlier on first, those for a time of day after the others of their date. */
type Rows = readonly PriceRow[];
const UNKNOWN: Rows = [];

interface Shelf {
  /** By the model's name in lower case. */
  readonly models: Map<string, PriceRow[]>;
  readonly names: ModelNames[];
}

/**
 * Rows of the same model supersede each other by date; of two with one date, the later in `rows` wins. Models without
 * `names` go by their own name, with or without a date or `-latest` behind it.
 */
export function openPriceBook(
  rows: readonly PriceRow[],
  names: readonly ModelNames[] = [],
): PriceBook {
  const shelves = sortIn(rows, names);
  const remembered = new LRUCache<string, Rows>({ max: NAMES_REMEMBERED_MOST });

  function rowsFor(provider: string, model: string, tier: string): Rows {
    const key = `${provider} ${tier} ${model}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const shelf = key.length > NAME_LENGTH_MOST ? undefined : shelves.get(provider);
    if (shelf === undefined) return UNKNOWN;
    const found = ofTier(
      tier,
      findModel(shelf, withoutPrefix(model.toLowerCase(), provider)),
      shelf,
    );
    remembered.set(key, found);
    return found;
  }

  return {
    find: ({ provider, model, at, tier = "" }) => inForce(rowsFor(provider, model, tier), at),
    list(at) {
      return [...shelves.values()].flatMap((shelf) =>
        [...shelf.models.values()].flatMap((model) => inForce(model, at) ?? []),
      );
    },
  };
}

function sortIn(rows: readonly PriceRow[], names: readonly ModelNames[]): Map<string, Shelf> {
  const shelves = new Map<string, Shelf>();
  for (const row of mainModelsFirst(rows)) {
    const shelf: Shelf = shelves.get(row.provider) ?? { models: new Map(), names: [] };
    shelves.set(row.provider, shelf);
    const name = row.model.toLowerCase();
    shelf.models.set(name, [...(shelf.models.get(name) ?? []), row].sort(bySupersession));
  }
  for (const name of names) shelves.get(name.provider)?.names.push(name);
  return shelves;
}

function mainModelsFirst(rows: readonly PriceRow[]): PriceRow[] {
  const isMain = (row: PriceRow) => MAIN_MODELS[row.provider] === row.model;
  return [...rows.filter(isMain), ...rows.filter((row) => !isMain(row))];
}

function bySupersession(a: PriceRow, b: PriceRow): number {
  return a.from - b.from || Number(a.daily !== undefined) - Number(b.daily !== undefined);
}

/** `models/gemini-2.5-flash` and `openai/gpt-4o` are the provider's own ways to write a model. */
function withoutPrefix(name: string, provider: string): string {
  const own = name.startsWith(`${provider}/`) ? name.slice(provider.length + 1) : name;
  return own.replace(/^(?:publishers\/[^/]+\/)?models\//, "");
}

function findModel(shelf: Shelf, name: string): Rows {
  for (const candidate of spellings(name)) {
    const named = shelf.models.get(candidate);
    if (named !== undefined) return named;
    const match = shelf.names.find(({ matches }) => matches(candidate));
    const rows = match && shelf.models.get(match.model.toLowerCase());
    if (rows !== undefined) return rows;
  }
  return UNKNOWN;
}

/** A dated version costs what its model costs, where the book does not know the version itself. */
function spellings(name: string): string[] {
  const dashed = name.replace(
    /-(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/,
    "-$1-$2-$3",
  );
  const undated = name.replace(/-(?:latest|20\d\d-\d\d-\d\d|\d{8}|\d{4}|\d{3})$/, "");
  return [...new Set([name, dashed, undated, `${undated}-latest`])];
}

/** A service tier with prices of its own is a model of its own, such as `gpt-5:flex`; else the plain price holds. */
function ofTier(tier: string, plain: Rows, shelf: Shelf): Rows {
  const model = plain[0]?.model;
  return shelf.models.get(`${model}:${tier}`.toLowerCase()) ?? plain;
}

function inForce(rows: Rows, at: Instant): PriceRow | null {
  return rows.findLast((row) => row.from <= at && isAtThisTimeOfDay(row, at)) ?? null;
}

function isAtThisTimeOfDay({ daily }: PriceRow, at: Instant): boolean {
  if (daily === undefined) return true;
  const time = at % DAY_MS;
  const begun = time >= daily.startMs;
  const ended = time >= daily.endMs;
  return daily.startMs <= daily.endMs ? begun && !ended : begun || !ended;
}
