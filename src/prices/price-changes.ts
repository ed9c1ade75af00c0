/** What a price file or a newer catalogue would change in the book, before it does. */
import type { Instant } from "../core/instant.ts";
import type { PriceRow, Rates, TieredRate } from "../core/pricing/price.ts";
import {
  ANY_MODEL,
  FEES_MODEL,
  fromText,
  type PriceEntry,
  ratesToJson,
  unitsPriced,
} from "../core/pricing/price-json.ts";
import { tieredRateFor } from "../core/pricing/rate-for.ts";
import { rateText } from "../core/pricing/rate-text.ts";
import { BUCKETS, type Bucket } from "../core/usage.ts";
import type { Catalogue } from "./catalogue.ts";
import type { ModelNames } from "./match-names.ts";
import type { PriceBook } from "./price-book.ts";
import type { NewPrice } from "./stored-prices.ts";

export interface PriceChange {
  readonly price: NewPrice;
  /** `added`: the model had no price on that day. */
  readonly kind: "added" | "changed";
  /** Such as `from 2026-04-01: input $0.30 → $0.125, output $2.50 → $0.375`. */
  readonly words: string;
}

const BEGINNING = 0 as Instant;

/** An entry that says what the operator's own row says already changes nothing, so a file can be applied again. */
export function changesOfEntries(
  book: PriceBook,
  entries: readonly PriceEntry[],
  now: Instant,
): PriceChange[] {
  const own = book.rows().filter(({ origin }) => origin === "operator");
  return entries.flatMap((entry) => {
    const known = rowOf(book, entry, now);
    // A model without any price has used nothing that a new price could change, so it may hold since ever.
    const from = entry.from ?? (known === null ? BEGINNING : now);
    const same = own.filter(
      (row) =>
        row.provider === entry.provider && row.model.toLowerCase() === entry.model.toLowerCase(),
    );
    const standing =
      entry.from === null
        ? same.findLast((row) => row.from <= now)
        : same.findLast((row) => row.from === from);
    if (standing !== undefined && sameRates(standing.rates, entry.rates)) return [];
    const price: NewPrice = { ...entry, from, origin: "operator" };
    return [changeOf(price, rowOf(book, entry, from))];
  });
}

/** Compares with what the catalogue says so far, whatever the operator's own rows say. */
export function changesOfCatalogue(
  present: Pick<Catalogue, "rows" | "names">,
  newer: Catalogue,
  source: string,
): PriceChange[] {
  const before = new Map(present.rows.map((row) => [keyOf(row), row]));
  const matches = new Map(
    [...present.names].reverse().map((each) => [modelKey(each), JSON.stringify(each.match)]),
  );
  const rowsOfModel = Map.groupBy(newer.rows, modelKey);
  return newer.names.flatMap((names) => {
    const key = modelKey(names);
    const dated = (rowsOfModel.get(key) ?? []).map(({ id: _id, ...row }) => ({
      ...row,
      origin: "catalogue" as const,
      source,
    }));
    const known = matches.get(key);
    const changes = dated.flatMap((price, index) => {
      const standing = before.get(keyOf(price));
      if (standing !== undefined && sameRates(standing.rates, price.rates)) return [];
      const instead = known === undefined ? null : (dated[index - 1] ?? null);
      return [changeOf(price, standing ?? instead)];
    });
    if (known === JSON.stringify(names.match)) return changes;
    return withNames(changes, names, dated.at(-1));
  });
}

/** One row is enough to say by which names a model goes from now on. */
function withNames(
  changes: readonly PriceChange[],
  { match }: ModelNames,
  last: NewPrice | undefined,
): PriceChange[] {
  const change = changes.at(-1);
  if (change !== undefined) {
    return [...changes.slice(0, -1), { ...change, price: { ...change.price, match } }];
  }
  if (last === undefined) return [];
  return [{ price: { ...last, match }, kind: "changed", words: "goes by other names" }];
}

/** The row of exactly this model: neither a fallback, nor what stands for another spelling of it. */
function rowOf(book: PriceBook, entry: PriceEntry, at: Instant): PriceRow | null {
  if (entry.model === ANY_MODEL || entry.model.toLowerCase() === FEES_MODEL) {
    const rows = book.rows().filter((row) => modelKey(row) === modelKey(entry));
    return rows.findLast((row) => row.from <= at) ?? null;
  }
  const found = book.find({ provider: entry.provider, model: entry.model, at });
  return found === null || found.model === ANY_MODEL ? null : found;
}

function changeOf(price: NewPrice, before: Pick<PriceRow, "rates"> | null): PriceChange {
  const kind = before === null ? "added" : "changed";
  const lines = BUCKETS.flatMap((bucket) => {
    const then = before?.rates[bucket];
    // A kind of token that the row does not name is charged like another; a search or a page by the provider's fees.
    const now = then === undefined ? price.rates[bucket] : tieredRateFor(price, bucket);
    if (now === undefined || now === null) return [];
    const shown = shownRate(bucket, now);
    if (before === null) return [`${bucket} ${shown}`];
    const was = then === undefined ? "none" : shownRate(bucket, then);
    return was === shown ? [] : [`${bucket} ${was} → ${shown}`];
  });
  const words = lines.length === 0 ? "the same rates" : lines.join(", ");
  return { price, kind, words: `${fromText(price.from)}: ${words}` };
}

function shownRate(bucket: Bucket, rate: TieredRate): string {
  const per = unitsPriced(bucket);
  const tiers = rate.tiers.map((tier) => `, $${rateText(tier.rate, per)} above ${tier.above}`);
  return `$${rateText(rate.base, per)}${tiers.join("")}`;
}

function sameRates(one: Rates, other: Rates): boolean {
  return JSON.stringify(ratesToJson(one)) === JSON.stringify(ratesToJson(other));
}

function modelKey({ provider, model }: { provider: string; model: string }): string {
  return `${provider} ${model.toLowerCase()}`;
}

function keyOf(row: Pick<PriceRow, "provider" | "model" | "from" | "daily">): string {
  return `${modelKey(row)} ${row.from} ${row.daily?.startMs ?? ""}`;
}
