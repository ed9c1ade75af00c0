/** Money as whole billionths of a US dollar; nothing on its way to the database is ever a float. */
import { invalidField } from "./errors.ts";

/** A billionth of a US dollar. */
export type NanoUsd = bigint & { readonly __unit: "NanoUsd" };
/** What a million units cost, in nano-dollars: $2.50 a million tokens is 2_500_000_000n. */
export type NanoUsdPerMillion = bigint & { readonly __unit: "NanoUsdPerMillion" };

export const ZERO_USD = 0n as NanoUsd;
const NANO_PER_USD = 1_000_000_000n;
/** 64 bits hold nine billion dollars in nano-dollars; refuse at the door what leaves no room to add. */
const LARGEST_USD = 1_000_000_000n * NANO_PER_USD;

export function nanoUsd(value: bigint): NanoUsd {
  return value as NanoUsd;
}

export function nanoUsdPerMillion(value: bigint): NanoUsdPerMillion {
  return value as NanoUsdPerMillion;
}

/**
 * Reads dollars written as a decimal string or a JSON number, exact to the nano-dollar.
 * Refuses (`invalid_request`, naming `field`) signs, exponents in strings, more than nine decimals, and over a billion dollars.
 */
export function parseUsd(value: string | number, field: string): NanoUsd {
  const text = typeof value === "number" ? decimalText(value) : value.trim();
  const match = /^(\d{1,10})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match) {
    throw invalidField(
      field,
      "must be US dollars such as 12.50: not negative, at most nine decimals.",
    );
  }
  const nano = BigInt(match[1] ?? "0") * NANO_PER_USD + BigInt((match[2] ?? "").padEnd(9, "0"));
  if (nano > LARGEST_USD) throw invalidField(field, "must be at most 1,000,000,000 dollars.");
  return nanoUsd(nano);
}

/** Writes dollars as an exact decimal string without trailing zeros, e.g. `10.5`. */
export function usdText(amount: NanoUsd): string {
  const magnitude = amount < 0n ? -amount : amount;
  const fraction = (magnitude % NANO_PER_USD).toString().padStart(9, "0").replace(/0+$/, "");
  const text = `${magnitude / NANO_PER_USD}${fraction === "" ? "" : `.${fraction}`}`;
  return amount < 0n ? `-${text}` : text;
}

/** Dollars as the JSON number whose shortest decimal form is the exact amount (up to 15 significant digits). */
export function usdNumber(amount: NanoUsd): number {
  return Number(usdText(amount));
}

/** Divides and rounds to the nearest whole, halves to the even neighbour. `divisor` must be positive. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = floorDivide(dividend, divisor);
  const twiceRest = (dividend - quotient * divisor) * 2n;
  if (twiceRest < divisor) return quotient;
  if (twiceRest > divisor) return quotient + 1n;
  return quotient % 2n === 0n ? quotient : quotient + 1n;
}

/** Divides and rounds up: what a hold needs, since it may never be smaller than the bill. */
export function divideUp(dividend: bigint, divisor: bigint): bigint {
  return -floorDivide(-dividend, divisor);
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

/** The shortest decimal text of a number, without an exponent (7.5e-7 → 0.00000075). */
export function decimalText(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!match) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0").slice(0, point)}${digits.length > point ? `.${digits.slice(point)}` : ""}`;
}
