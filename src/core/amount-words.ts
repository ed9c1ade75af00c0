/** Amounts and dates as people read them, for messages. */
import type { Instant } from "./instant.ts";
import { divideHalfEven, type NanoUsd, nanoUsd, usdText } from "./money.ts";
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

/**
 * Dollars to the cent, rounded down, so that no message says that more was used than was; less than a cent is written
 * out, e.g. `$0.004`.
 */
export function usdDown(amount: NanoUsd): string {
  if (amount > 0n && amount < NANO_PER_CENT) return `$${usdText(amount)}`;
  const cents = amount / NANO_PER_CENT;
  return `$${countWords(cents / 100n)}.${(cents % 100n).toString().padStart(2, "0")}`;
}

/** A price as people say it: `$79`, `$1,290`, `$79.50`. */
export function priceWords(amount: NanoUsd): string {
  return usdWords(amount).replace(/\.00$/, "");
}

/** A date in that time zone (an IANA name), e.g. `21 April 2026`. */
export function dateWords(at: Instant, timeZone = "UTC"): string {
  const { day, month, year } = clockParts(at, timeZone);
  return `${day} ${month} ${year}`;
}

/** A time in that time zone, and the zone, e.g. `1 May 2026, 00:00 (Europe/Berlin)`. */
export function timeWords(at: Instant, timeZone: string): string {
  const { hour, minute } = clockParts(at, timeZone);
  return `${dateWords(at, timeZone)}, ${hour}:${minute} (${timeZone})`;
}

type ClockPart = "year" | "month" | "day" | "hour" | "minute";

function clockParts(at: Instant, timeZone: string): Record<ClockPart, string> {
  const parts = clockIn(timeZone).formatToParts(at);
  const of = (type: ClockPart) => parts.find((part) => part.type === type)?.value ?? "";
  return {
    year: of("year"),
    month: of("month"),
    day: of("day"),
    hour: of("hour"),
    minute: of("minute"),
  };
}

/** Making one costs some 50 µs, and there are as many zones as names of them. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const CLOCKS_MOST = 1_000;

function clockIn(timeZone: string): Intl.DateTimeFormat {
  const made = clocks.get(timeZone);
  if (made !== undefined) return made;
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  if (clocks.size >= CLOCKS_MOST) clocks.clear();
  clocks.set(timeZone, clock);
  return clock;
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
  calls: "call",
  tokens: "token",
  input_tokens: "input token",
  output_tokens: "output token",
  images: "image",
  characters: "character",
  seconds: "second",
  pages: "page",
};

/** What a meter counts, for so many of them: `call`, `input tokens`. */
export function unitWords(meter: Exclude<Meter, "cost">, count: bigint): string {
  return count === 1n ? UNITS[meter] : `${UNITS[meter]}s`;
}

/** What a limit looks at, as both its forms have it. */
export interface Counted {
  readonly meter: Meter;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  readonly operation?: string | undefined;
}

/** So much of what a limit counts, e.g. `5,000 Gemini calls`, `$150.00 of provider cost`. */
export function amountOfLimit(limit: Counted, amount: bigint): string {
  const { meter } = limit;
  if (meter === "cost") return `${usdWords(nanoUsd(amount))} of ${whoseCost(limit)}`;
  return `${countWords(amount)} ${titleBefore(limit)}${unitWords(meter, amount)}${narrowerThan(limit)}`;
}

/** `provider cost`, `Gemini cost (gemini-2.5-flash)`. */
export function whoseCost(limit: Counted): string {
  return `${titleBefore(limit) || "provider "}cost${narrowerThan(limit)}`;
}

/** The provider's title and a space; nothing where all providers count together. */
export function titleBefore({ provider }: Counted): string {
  return provider === undefined ? "" : `${providerTitle(provider)} `;
}

/** The model and operation that a limit is on, in brackets after a space; nothing where all count together. */
export function narrowerThan({ model, operation }: Counted): string {
  const words = [model, operation].filter((word) => word !== undefined).join(", ");
  return words === "" ? "" : ` (${words})`;
}
