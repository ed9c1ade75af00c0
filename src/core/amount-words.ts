/** Amounts and dates as people read them, for messages. */
import { formatDate, type Instant } from "./instant.ts";
import type { Limit } from "./limits/limit.ts";
import { divideHalfEven, type NanoUsd, nanoUsd } from "./money.ts";
import { providerTitle } from "./provider-titles.ts";
import type { Meter } from "./usage.ts";

const NANO_PER_CENT = 10_000_000n;

/** Dollars to the cent, e.g. `$1,234.50`; half a cent goes to the even one. */
export function usdWords(amount: NanoUsd): string {
  const cents = divideHalfEven(amount < 0n ? -amount : amount, NANO_PER_CENT);
  const text = `$${countWords(cents / 100n)}.${(cents % 100n).toString().padStart(2, "0")}`;
  return amount < 0n ? `-${text}` : text;
}

/** A whole count, e.g. `5,000`. */
export function countWords(count: bigint): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** A UTC date, e.g. `21 April 2026`. */
export function dateWords(at: Instant): string {
  const [year, month, day] = formatDate(at).split("-");
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
}

/** e.g. `3 days`, `1 day`. */
export function countOf(count: number, one: string): string {
  return `${countWords(BigInt(count))} ${one}${count === 1 ? "" : "s"}`;
}

/** `A`, `A and B`, `A, B and C`. */
export function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

const UNITS: Readonly<Record<Exclude<Meter, "cost">, string>> = {
  calls: "calls",
  tokens: "tokens",
  input_tokens: "input tokens",
  output_tokens: "output tokens",
  images: "images",
  characters: "characters",
  seconds: "seconds",
  pages: "pages",
};

/** So much of what a limit counts, e.g. `5,000 Gemini calls`, `$150.00 of provider cost`. */
export function amountOfLimit(limit: Limit, amount: bigint): string {
  const { provider, model, operation, meter } = limit;
  const title = provider === undefined ? "" : `${providerTitle(provider)} `;
  const narrower = [model, operation].filter((word) => word !== undefined).join(", ");
  const of = narrower === "" ? "" : ` (${narrower})`;
  if (meter === "cost") return `${usdWords(nanoUsd(amount))} of ${title || "provider "}cost${of}`;
  return `${countWords(amount)} ${title}${UNITS[meter]}${of}`;
}
