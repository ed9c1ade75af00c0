/** Turns a price as people write it, dollars for so many units, into an exact rate. */
import { divideHalfEven, type NanoUsdPerMillion, nanoUsdPerMillion } from "../core/money.ts";

/**
 * `dollars` (a decimal text without an exponent) for each `per` units, in nano-dollars a million units. Exact wherever
 * that is a whole number, as it is for all prices but those with more than nine decimals a million; else half to even.
 */
export function rateFromText(dollars: string, per: number): NanoUsdPerMillion {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(dollars);
  if (match === null) throw new RangeError(`Not a price in dollars: ${dollars}`);
  const [, whole = "0", fraction = ""] = match;
  const scaled = BigInt(whole + fraction) * 1_000_000_000n * 1_000_000n;
  return nanoUsdPerMillion(divideHalfEven(scaled, 10n ** BigInt(fraction.length) * BigInt(per)));
}
