/** What a past call costs by the price book of today, in force at the call's own instant. */
import type { NanoUsd } from "../core/money.ts";
import { chargeFor } from "../core/pricing/charge-for.ts";
import type { PriceRow } from "../core/pricing/price.ts";
import type { PriceBook } from "../prices/price-book.ts";
import type { PastCall } from "./read-past-calls.ts";

export interface Repriced {
  readonly cost: NanoUsd;
  readonly row: PriceRow;
}

/** null: there is still no price for it, and what it was charged stands. */
export function priceAgain(
  call: PastCall,
  book: PriceBook,
  /** Every row of the book by its id. */
  rowsById: ReadonlyMap<string, PriceRow>,
): Repriced | null {
  const row = book.find({
    provider: call.provider,
    model: call.modelAnswered,
    orModel: call.modelAsked,
    at: call.at,
    tier: tierOf(call, rowsById),
  });
  if (row === null) return null;
  const { usage, stated } = call;
  const charge = chargeFor({ usage, row, ...(stated === undefined ? {} : { stated }) });
  return charge.unpriced ? null : { cost: charge.cost, row };
}

/**
 * Events do not keep the service tier, but the row that priced a call does: `…@batch` where the plain price was changed
 * by our rules, `gpt-5:flex` where the tier has a price of its own. A tier that had no price then is not known now.
 */
function tierOf(call: PastCall, rowsById: ReadonlyMap<string, PriceRow>): string {
  for (const id of call.priceIds) {
    const ruled = /((?:@[a-z_]+)+)$/.exec(id)?.[1];
    if (ruled !== undefined) return ruled.slice(1).replaceAll("@", "+");
    const model = rowsById.get(id)?.model ?? "";
    const suffix = /:([a-z_+]+)$/.exec(model)?.[0];
    if (suffix !== undefined && !call.modelAnswered.toLowerCase().endsWith(suffix)) {
      return suffix.slice(1);
    }
  }
  return "";
}
