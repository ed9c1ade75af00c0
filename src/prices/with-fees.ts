/** Adds to a model's row what its provider charges for beside tokens, and what it bills of a quantity. */
import type { Instant } from "../core/instant.ts";
import type { Billed, PriceRow, TieredRate } from "../core/pricing/price.ts";
import { BUCKETS, type Bucket, tokenSide } from "../core/usage.ts";
import { billedOf } from "./billed-quantities.ts";
import type { Fee } from "./own-fees.ts";

/**
 * `withFees` for one provider, remembering what it made: every call asks for the same few rows. What was made holds
 * until the next fee begins.
 */
export function feesAdder(fees: readonly Fee[]): (row: PriceRow, at: Instant) => PriceRow {
  const made = new WeakMap<PriceRow, { readonly begun: number; readonly row: PriceRow }>();
  return (row, at) => {
    const begun = fees.reduce((count, fee) => (fee.row.from <= at ? count + 1 : count), 0);
    const known = made.get(row);
    if (known?.begun === begun) return known.row;
    const added = withFees(row, fees, at);
    made.set(row, { begun, row: added });
    return added;
  };
}

/** A rate that the row has itself holds. A line of the charge points at the fee's own row. */
function withFees(row: PriceRow, fees: readonly Fee[], at: Instant): PriceRow {
  const billed = billedOf(row.provider, row.model);
  const added = fees.length === 0 ? {} : missingRates(row, fees, at);
  if (billed === undefined && Object.keys(added).length === 0) return row;
  const allBilled: Billed = { ...billed, ...row.billed };
  return { ...row, rates: { ...added, ...row.rates }, billed: allBilled };
}

function missingRates(row: PriceRow, fees: readonly Fee[], at: Instant): PriceRow["rates"] {
  const rates: Partial<Record<Bucket, TieredRate>> = {};
  for (const fee of fees) {
    if (fee.row.from > at || !fee.isFor(row.model)) continue;
    for (const bucket of BUCKETS) {
      const rate = fee.row.rates[bucket];
      const isOpen = row.rates[bucket] === undefined && rates[bucket] === undefined;
      if (rate === undefined || !isOpen || tokenSide(bucket) !== "none") continue;
      rates[bucket] = { ...rate, priceId: fee.row.id };
    }
  }
  return rates;
}
