/** Price rows in the database: the operator's, and those of newer catalogues. */
import type { MatchLogic } from "@pydantic/genai-prices";
import { type Instant, instant } from "../core/instant.ts";
import type { DailyHours, PriceRow } from "../core/pricing/price.ts";
import {
  type PriceEntry,
  type RatesJson,
  ratesFromJson,
  ratesToJson,
} from "../core/pricing/price-json.ts";
import type { Statement, Store } from "../store/store.ts";
import type { ModelNames } from "./match-names.ts";

/** A row to be written; its number is the database's. */
export interface NewPrice extends PriceEntry {
  readonly from: Instant;
  readonly origin: "catalogue" | "operator";
  readonly daily?: DailyHours;
  /** The names that stand for the model; left out: its own, and those it has in the catalogue already. */
  readonly match?: MatchLogic;
}

/** All of them, in the order they were written; they are few, some thousands at most. */
export async function readStoredPrices(
  store: Store,
): Promise<{ rows: readonly PriceRow[]; names: readonly ModelNames[] }> {
  const stored = await store.db.selectFrom("prices").selectAll().orderBy("id").execute();
  const rows = stored.map((row): PriceRow => {
    // Written by `insertPrice`, so checked before.
    const rates = ratesFromJson(JSON.parse(row.rates) as RatesJson, `price ${row.id}`);
    return {
      id: `price:${row.id}`,
      origin: row.origin,
      provider: row.provider,
      model: row.model,
      from: instant(Number(row.effective_from)),
      ...(row.daily === null ? {} : { daily: JSON.parse(row.daily) as DailyHours }),
      rates,
      source: row.source,
      ...(row.description === null ? {} : { description: row.description }),
    };
  });
  const names = new Map<string, ModelNames>();
  for (const { provider, model, names: json } of stored) {
    if (json === null) continue;
    names.set(`${provider} ${model}`, { provider, model, match: JSON.parse(json) as MatchLogic });
  }
  return { rows, names: [...names.values()] };
}

export function insertPrice(store: Store, price: NewPrice, at: Instant): Statement {
  return store.db.insertInto("prices").values({
    origin: price.origin,
    provider: price.provider,
    model: price.model,
    effective_from: price.from,
    daily: price.daily === undefined ? null : JSON.stringify(price.daily),
    rates: JSON.stringify(ratesToJson(price.rates)),
    names: price.match === undefined ? null : JSON.stringify(price.match),
    source: price.source,
    description: price.description ?? null,
    created_at: at,
  });
}
