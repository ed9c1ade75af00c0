/** The price book of a deployment: the catalogue, our own rows and fees, and what was added to them. */
import type { PriceRow } from "../core/pricing/price.ts";
import { readCatalogue } from "./catalogue.ts";
import type { ModelNames } from "./match-names.ts";
import { openPriceBook } from "./open-price-book.ts";
import { ownFees } from "./own-fees.ts";
import { ownNames, ownRows } from "./own-rows.ts";
import type { PriceBook } from "./price-book.ts";

/**
 * `added` rows outrank others of their origin and date, `addedNames` those of the same models. Takes some 50 ms, so open
 * it once.
 */
export function defaultPriceBook(
  added: readonly PriceRow[] = [],
  addedNames: readonly ModelNames[] = [],
): PriceBook {
  const catalogue = readCatalogue();
  const renamed = new Set(addedNames.map(keyOf));
  const names = catalogue.names.filter((name) => !renamed.has(keyOf(name)));
  return openPriceBook(
    [...catalogue.rows, ...ownRows(), ...added],
    [...addedNames, ...names, ...ownNames()],
    ownFees(),
  );
}

function keyOf({ provider, model }: ModelNames): string {
  return `${provider} ${model.toLowerCase()}`;
}
