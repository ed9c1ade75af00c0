/** Turns a price as people write it, dollars for so many units, into an exact rate, and back. */
import { divideHalfEven, type NanoUsdPerMillion, nanoUsdPerMillion } from "../money.ts";

const NANO_PER_USD = 1_000_000_000n;
const UNITS = 1_000_000n;

/**
 * `dollars` (a decimal text without an exponent) for each `per` units, in nano-dollars a million units. Exact wherever
 * that is a whole number, as it is for all prices but those with more than nine decimals a million; else half to even.
 */
export function rateFromText(dollars: string, per: number): NanoUsdPerMillion {
  const fraction = scaledRate(dollars, per);
  if (fraction === null) throw new RangeError(`Not a price in dollars: ${dollars}`);
  return nanoUsdPerMillion(divideHalfEven(fraction.dividend, fraction.divisor));
}

/** The same, or null where the text is no decimal number, or the rate would have to be rounded. */
export function exactRateFromText(dollars: string, per: number): NanoUsdPerMillion | null {
  const fraction = scaledRate(dollars, per);
  if (fraction === null || fraction.dividend % fraction.divisor !== 0n) return null;
  return nanoUsdPerMillion(fraction.dividend / fraction.divisor);
}

function scaledRate(dollars: string, per: number): { dividend: bigint; divisor: bigint } | null {
  const match = /^(\d{1,20})(?:\.(\d{1,30}))?$/.exec(dollars);
  if (match === null) return null;
  const [, whole = "0", fraction = ""] = match;
  return {
    dividend: BigInt(whole + fraction) * NANO_PER_USD * UNITS,
    divisor: 10n ** BigInt(fraction.length) * BigInt(per),
  };
}

/** Dollars for each `per` units (1 or 1,000,000) as an exact decimal text: `2.50` is written `2.5`. */
export function rateText(rate: NanoUsdPerMillion, per: 1 | 1_000_000): string {
  const decimals = per === 1 ? 15 : 9;
  const digits = rate.toString().padStart(decimals + 1, "0");
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  return `${digits.slice(0, -decimals)}${fraction === "" ? "" : `.${fraction}`}`;
}
