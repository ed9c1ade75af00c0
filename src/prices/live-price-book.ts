/** The price book that can be changed while calls are priced by it. */
import { type Instant, instant } from "../core/instant.ts";
import { nanoUsdPerMillion } from "../core/money.ts";
import type { PriceRow } from "../core/pricing/price.ts";
import { ANY_MODEL, type PriceEntry } from "../core/pricing/price-json.ts";
import type { Statement, Store } from "../store/store.ts";
import { type Catalogue, readCatalogue } from "./catalogue.ts";
import { defaultPriceBook } from "./default-price-book.ts";
import { withOtherPrices } from "./other-prices.ts";
import type { PriceBook } from "./price-book.ts";
import { changesOfCatalogue, changesOfEntries, type PriceChange } from "./price-changes.ts";
import { insertPrice, readStoredPrices } from "./stored-prices.ts";

interface ChangeOptions {
  readonly at: Instant;
  /** Only say what would change. */
  readonly dryRun: boolean;
  /** Written in the same transaction. */
  readonly alongside?: readonly Statement[];
}

export interface LivePriceBook extends PriceBook {
  /** Reads the stored prices again: another node may have added some. */
  reload(): Promise<void>;
  /** Adds what the operator pays; what is there already changes nothing. In force here once it is durable. */
  apply(entries: readonly PriceEntry[], options: ChangeOptions): Promise<readonly PriceChange[]>;
  /** Adds what a newer catalogue says otherwise; `source` names it. */
  update(
    newer: Catalogue,
    options: ChangeOptions & { source: string },
  ): Promise<readonly PriceChange[]>;
}

/** What the settings say of providers' prices. */
export interface PriceSettings {
  /** Those that cost nothing. */
  readonly free?: readonly string[];
  /** Whose prices hold for those that have another's. */
  readonly pricedAs?: ReadonlyMap<string, string>;
}

/** A change swaps the whole book, so a call is priced by one book from beginning to end. */
export async function createLivePriceBook(
  store: Store,
  settings: PriceSettings = {},
): Promise<LivePriceBook> {
  const free = (settings.free ?? []).map(freeRow);
  let stored = await readStoredPrices(store);
  let book = defaultPriceBook([...free, ...stored.rows], stored.names);
  let lastChange: Promise<unknown> = Promise.resolve();

  async function readBook(): Promise<void> {
    stored = await readStoredPrices(store);
    book = defaultPriceBook([...free, ...stored.rows], stored.names);
  }

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = lastChange.then(work);
    lastChange = mine.catch(() => undefined);
    return mine;
  }

  /** One after another: each compares with the book that the one before it left, here or on another node. */
  function change(
    compare: () => PriceChange[],
    { at, dryRun, alongside = [] }: ChangeOptions,
  ): Promise<readonly PriceChange[]> {
    return inTurn(async () => {
      await readBook();
      const changes = compare();
      if (dryRun || changes.length === 0) return changes;
      const rows = changes.map(({ price }) => insertPrice(store, price, at));
      await store.write([...rows, ...alongside]);
      await readBook();
      return changes;
    });
  }

  return {
    find: withOtherPrices({ find: (wanted) => book.find(wanted) }, settings.pricedAs ?? new Map()),
    list: (at) => book.list(at),
    rows: () => book.rows(),
    reload: () => inTurn(readBook),
    apply: (entries, options) => change(() => changesOfEntries(book, entries, options.at), options),
    update: (newer, options) =>
      change(() => changesOfCatalogue(presentCatalogue(), newer, options.source), options),
  };

  function presentCatalogue(): Pick<Catalogue, "rows" | "names"> {
    const { rows, names } = readCatalogue();
    const added = stored.rows.filter(({ origin }) => origin === "catalogue");
    return { rows: [...rows, ...added], names: [...stored.names, ...names] };
  }
}

/** 0 is a price, said by the operator; it holds for every model that has no other. */
function freeRow(provider: string): PriceRow {
  const nothing = { base: nanoUsdPerMillion(0n), tiers: [] };
  return {
    id: `free:${provider}`,
    origin: "operator",
    provider,
    model: ANY_MODEL,
    from: instant(0),
    rates: { input: nothing, output: nothing, requests: nothing },
    source: "PURSER_PROVIDERS says that it is free",
  };
}
