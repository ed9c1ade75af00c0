/** An amount of a meter, and a cap, as numbers that the API shows. */
import type { Cap } from "../core/limits/limit.ts";
import { nanoUsd, usdNumber } from "../core/money.ts";
import type { Meter } from "../core/usage.ts";

/** In the meter's unit; of cost US dollars, where the amount is nano-dollars. */
export function shownAmount(meter: Meter, amount: bigint): number {
  return meter === "cost" ? usdNumber(nanoUsd(amount)) : Number(amount);
}

export function shownCap(meter: Meter, cap: Cap): number | "unlimited" {
  return cap.kind === "unlimited" ? "unlimited" : shownAmount(meter, cap.amount);
}
