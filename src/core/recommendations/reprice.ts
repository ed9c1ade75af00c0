/** What calls that were made would have cost with another model. */
import { divideHalfEven, type NanoUsd, nanoUsd } from "../money.ts";
import { chargeFor } from "../pricing/charge-for.ts";
import type { PriceRow } from "../pricing/price.ts";
import { tieredRateFor } from "../pricing/rate-for.ts";
import { BUCKETS, type Usage } from "../usage.ts";

/** A call as it was made. */
export interface MadeCall {
  readonly usage: Usage;
  readonly cost: NanoUsd;
}

/**
 * The whole cost of a model's use under other rates: the made calls are priced call by call, and their ratio is applied to
 * the whole. null: nothing to go by, or something was used that those rates have no price for.
 */
export function reprice(
  calls: readonly MadeCall[],
  of: { row: PriceRow; wholeCost: NanoUsd },
): NanoUsd | null {
  const actual = calls.reduce((sum, { cost }) => sum + cost, 0n);
  if (actual <= 0n || !calls.every(({ usage }) => isPriced(usage, of.row))) return null;
  const other = calls.reduce((sum, { usage }) => sum + chargeFor({ usage, row: of.row }).cost, 0n);
  return nanoUsd(divideHalfEven(other * of.wholeCost, actual));
}

/** Else a search or an image would seem to cost nothing with the other model. Requests as such are mostly free. */
function isPriced(usage: Usage, row: PriceRow): boolean {
  return BUCKETS.every(
    (bucket) =>
      bucket === "requests" || (usage[bucket] ?? 0) === 0 || tieredRateFor(row, bucket) !== null,
  );
}
