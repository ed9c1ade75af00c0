/** Opens a price book over dated rows: finds the one that prices a model at an instant. */
import { LRUCache } from "lru-cache";
import { DAY_MS, type Instant } from "../core/instant.ts";
import { ORIGINS, type PriceRow } from "../core/pricing/price.ts";
import { ANY_MODEL, FEES_MODEL } from "../core/pricing/price-json.ts";
import { type ModelNames, matcherOf } from "./match-names.ts";
import type { Fee } from "./own-fees.ts";
import type { PriceBook, PriceWanted } from "./price-book.ts";
import { rowAtTier } from "./service-tiers.ts";
import { feesAdder } from "./with-fees.ts";

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

/** The rows of one model: those that outrank others last, of one origin by date, those for a time of day after the others. */
type Rows = readonly PriceRow[];
const NO_ROWS: Rows = [];

/** What one name on the wire can mean, the likeliest first. */
type Meanings = readonly Rows[];
const UNKNOWN: Meanings = [];

interface Shelf {
  /** By the model's name in lower case. */
  readonly models: Map<string, PriceRow[]>;
  readonly names: { readonly model: string; readonly matches: (name: string) => boolean }[];
  readonly fees: Fee[];
}

/**
 * Rows of the same model supersede each other by origin, then by date; of two with one date, the later in `rows` wins.
 * Models without `names` go by their own name, with or without a date or `-latest` behind it; of two names that match,
 * the earlier in `names` holds.
 */
export function openPriceBook(
  rows: readonly PriceRow[],
  names: readonly ModelNames[] = [],
  fees: readonly Fee[] = [],
): PriceBook {
  const shelves = sortIn(rows, names, fees);
  const feesOf = new Map([...shelves].map(([name, shelf]) => [name, feesAdder(shelf.fees)]));
  const remembered = new LRUCache<string, Meanings>({ max: NAMES_REMEMBERED_MOST });

  function meaningsOf(provider: string, model: string): Meanings {
    const key = `${provider} ${model}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const shelf = key.length > NAME_LENGTH_MOST ? undefined : shelves.get(provider);
    if (shelf === undefined) return UNKNOWN;
    const found = meaningsIn(shelf, withoutPrefix(model.toLowerCase(), provider));
    remembered.set(key, found);
    return found;
  }

  function findNamed(provider: string, model: string, at: Instant): PriceRow | null {
    for (const meaning of meaningsOf(provider, model)) {
      const row = inForce(meaning, at);
      if (row !== null) return row;
    }
    return null;
  }

  function findKnown({ provider, model, orModel, at }: PriceWanted): PriceRow | null {
    const answered = findNamed(provider, model, at);
    if (answered !== null || orModel === undefined) return answered;
    const asked = findNamed(provider, orModel, at);
    // Another model answered than the one asked for: that one being free says nothing of this one.
    return asked === null || isFree(asked) ? null : asked;
  }

  return {
    find(wanted) {
      const shelf = shelves.get(wanted.provider);
      if (shelf === undefined) return null;
      const known = findKnown(wanted);
      const row = known ?? inForce(shelf.models.get(ANY_MODEL) ?? NO_ROWS, wanted.at);
      if (row === null) return null;
      const atTier = atTiers(row, wanted, shelf);
      return feesOf.get(wanted.provider)?.(atTier, wanted.at) ?? atTier;
    },
    list: (at) =>
      modelsOf(shelves).flatMap((model) => {
        const row = inForce(model, at);
        return row === null ? [] : [row];
      }),
    rows: () => modelsOf(shelves).flat(),
  };
}

function isFree({ rates }: PriceRow): boolean {
  return Object.values(rates).every(({ base, tiers }) =>
    [base, ...tiers.map(({ rate }) => rate)].every((rate) => rate === 0n),
  );
}

function sortIn(
  rows: readonly PriceRow[],
  names: readonly ModelNames[],
  fees: readonly Fee[],
): Map<string, Shelf> {
  const shelves = new Map<string, Shelf>();
  const shelfOf = (provider: string): Shelf => {
    const shelf = shelves.get(provider) ?? { models: new Map(), names: [], fees: [] };
    shelves.set(provider, shelf);
    return shelf;
  };
  for (const row of mainModelsFirst([...rows, ...fees.map((fee) => fee.row)])) {
    const { models } = shelfOf(row.provider);
    const name = row.model.toLowerCase();
    models.set(name, [...(models.get(name) ?? []), row].sort(bySupersession));
  }
  for (const { provider, model, match } of names) {
    shelves.get(provider)?.names.push({ model: model.toLowerCase(), matches: matcherOf(match) });
  }
  // What the operator says of a provider's fees is for all its models, and outranks ours.
  const entered = rows.filter(({ model }) => model.toLowerCase() === FEES_MODEL);
  for (const row of [...entered].sort(bySupersession).reverse()) {
    shelfOf(row.provider).fees.push({ row, isFor: () => true });
  }
  for (const fee of fees) shelfOf(fee.row.provider).fees.push(fee);
  return shelves;
}

function mainModelsFirst(rows: readonly PriceRow[]): PriceRow[] {
  const isMain = (row: PriceRow) => MAIN_MODELS[row.provider] === row.model;
  return [...rows.filter(isMain), ...rows.filter((row) => !isMain(row))];
}

function bySupersession(a: PriceRow, b: PriceRow): number {
  return (
    ORIGINS.indexOf(a.origin) - ORIGINS.indexOf(b.origin) ||
    a.from - b.from ||
    Number(a.daily !== undefined) - Number(b.daily !== undefined)
  );
}

function modelsOf(shelves: ReadonlyMap<string, Shelf>): Rows[] {
  return [...shelves.values()].flatMap((shelf) => [...shelf.models.values()]);
}

/** `models/gemini-2.5-flash` and `openai/gpt-4o` are the provider's own ways to write a model. */
function withoutPrefix(name: string, provider: string): string {
  const own = name.startsWith(`${provider}/`) ? name.slice(provider.length + 1) : name;
  return own.replace(/^(?:publishers\/[^/]+\/)?models\//, "");
}

/** An operator's price for one version must not hide, before its date, what the model costs otherwise: so all meanings. */
function meaningsIn(shelf: Shelf, name: string): Meanings {
  if (name === ANY_MODEL || name === FEES_MODEL) return UNKNOWN;
  const found = new Set<Rows>();
  for (const candidate of spellings(name)) {
    const named = shelf.models.get(candidate);
    if (named !== undefined) found.add(named);
    const match = shelf.names.find(({ matches }) => matches(candidate));
    const rows = match && shelf.models.get(match.model);
    if (rows !== undefined) found.add(rows);
  }
  return [...found];
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

/**
 * A tier with prices of its own is a model of its own, such as `gpt-5:flex`; else what our rules make of the plain price;
 * else that. A fallback price is a guess already, and is left as it is.
 */
function atTiers(plain: PriceRow, { tier = "", at }: PriceWanted, shelf: Shelf): PriceRow {
  if (tier === "" || plain.model === ANY_MODEL) return plain;
  const named = inForce(shelf.models.get(`${plain.model}:${tier}`.toLowerCase()) ?? NO_ROWS, at);
  if (named !== null) return named;
  return tier.split("+").reduce((row, each) => rowAtTier(row, each, at), plain);
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
