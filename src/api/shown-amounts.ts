/** Amounts by meter as the API shows them. */
import { nanoUsd, usdNumber } from "../core/money.ts";
import { type Amounts, METERS, type Meter } from "../core/usage.ts";

/** By meter; empty ones are left out. */
export function shownAmounts(amounts: Amounts): Record<string, number> {
  const there = METERS.filter((meter) => amounts[meter] > 0n);
  return Object.fromEntries(there.map((meter) => [meter, shownAmount(meter, amounts[meter])]));
}

/** In the meter's unit; of cost US dollars, where the amount is nano-dollars. */
export function shownAmount(meter: Meter, amount: bigint): number {
  return meter === "cost" ? usdNumber(nanoUsd(amount)) : Number(amount);
}
