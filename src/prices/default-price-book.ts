/** The price book of a deployment: the catalogue, our own rows, and the operator's. */
import type { PriceRow } from "../core/pricing/price.ts";
import { readCatalogue } from "./catalogue.ts";
import { openPriceBook } from "./open-price-book.ts";
import { ownNames, ownRows } from "./own-rows.ts";
import type { PriceBook } from "./price-book.ts";

/** `added` rows supersede the others from their date on. Takes some 50 ms, so open it once. */
export function defaultPriceBook(added: readonly PriceRow[] = []): PriceBook {
  const catalogue = readCatalogue();
  return openPriceBook(
    [...catalogue.rows, ...ownRows(), ...added],
    [...catalogue.names, ...ownNames()],
  );
}
