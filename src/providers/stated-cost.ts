/** Reads a cost that a provider states in dollars, as a JSON number, without a float on the way. */
import { decimalText, divideHalfEven, type NanoUsd, nanoUsd } from "../core/money.ts";
import type { Problems } from "./usage-numbers.ts";

const NANO_PER_USD = 1_000_000_000n;
/** A call that cost more than this is a mistake and not a cost. */
const DOLLARS_MOST = 1_000_000;

/**
 * Exact to the nano-dollar; what sums of floats leave behind it (0.012000000000000002) is rounded half to even.
 * undefined where nothing is stated, or nothing that can be a cost: that is then said in `problems`.
 */
export function statedCostIn(value: unknown, problems: Problems): NanoUsd | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !(value >= 0 && value <= DOLLARS_MOST)) {
    problems.add(`The stated cost is ${String(value).slice(0, 40)}, which cannot be one.`);
    return undefined;
  }
  const [whole = "0", fraction = ""] = decimalText(value).split(".");
  const scaled = BigInt(whole + fraction) * NANO_PER_USD;
  return nanoUsd(divideHalfEven(scaled, 10n ** BigInt(fraction.length)));
}
