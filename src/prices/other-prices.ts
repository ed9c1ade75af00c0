/** Lets providers have another's prices, as Vertex has Gemini's: known to the book, so that nobody who asks must know. */
import type { PriceBook } from "./price-book.ts";

/** `pricedAs`: by provider, whose prices hold. Providers that are not in it have their own. */
export function withOtherPrices(
  book: Pick<PriceBook, "find">,
  pricedAs: ReadonlyMap<string, string>,
): PriceBook["find"] {
  return (wanted) => {
    const other = pricedAs.get(wanted.provider);
    return book.find(other === undefined ? wanted : { ...wanted, provider: other });
  };
}
