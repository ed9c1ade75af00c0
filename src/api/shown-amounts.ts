/** Amounts by meter as the API shows them. */
import { type Amounts, METERS } from "../core/usage.ts";
import { shownAmount } from "../insights/shown-amount.ts";

/** Those that are empty are left out; cost is US dollars. */
export function shownAmounts(amounts: Amounts): Record<string, number> {
  const there = METERS.filter((meter) => amounts[meter] > 0n);
  return Object.fromEntries(there.map((meter) => [meter, shownAmount(meter, amounts[meter])]));
}
