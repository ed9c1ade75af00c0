/** A limit as people say it: what it counts, in which window, and amounts of it. */
import { narrowerThan, titleBefore, unitWords, whoseCost } from "../../../src/core/amount-words.ts";
import type { LimitJson } from "../../../src/core/limits/read-limit.ts";
import { exactly, money } from "./format.ts";

export type Meter = LimitJson["meter"];
export type WindowName = LimitJson["per"];

/** What it counts: `Gemini calls`, `Provider cost`, `Tokens (gpt-4o)`. */
export function limitName(limit: Pick<LimitJson, "meter" | "provider" | "model" | "operation">) {
  const { meter } = limit;
  if (meter === "cost") return capital(whoseCost(limit));
  return capital(`${titleBefore(limit)}${unitWords(meter, 2n)}${narrowerThan(limit)}`);
}

/** The same with its window, where it is not the usage period: `Calls a minute`, `Provider cost a day`. */
export function limitTitle(limit: Parameters<typeof limitName>[0] & { readonly per: WindowName }) {
  const { per } = limit;
  return per === "period" ? limitName(limit) : `${limitName(limit)} ${windowWords(per)}`;
}

/** In the meter's unit, with the word for it: `5,000 calls`, `$150.00`. */
export function limitAmount(meter: Meter, amount: number): string {
  if (meter === "cost") return money(amount);
  return `${exactly(amount)} ${unitWords(meter, amount === 1 ? 1n : 2n)}`;
}

/** `800 of 5,000 Gemini calls`, `$15.75 of $150.00`, `$1.20 of $5.00 Gemini cost`. */
export function usedOfWords(
  limit: Parameters<typeof limitName>[0],
  used: number,
  max: number,
): string {
  const { meter } = limit;
  if (meter !== "cost") {
    const what = `${titleBefore(limit)}${unitWords(meter, max === 1 ? 1n : 2n)}`;
    return `${exactly(used)} of ${exactly(max)} ${what}${narrowerThan(limit)}`;
  }
  const isOfAll = `${titleBefore(limit)}${narrowerThan(limit)}` === "";
  return `${money(used)} of ${money(max)}${isOfAll ? "" : ` ${whoseCost(limit)}`}`;
}

/** `58 of 60 calls`, `$12.00 of $40.00`. */
export function usedOfLimit(
  meter: Meter,
  { used, max }: { readonly used: number; readonly max: number },
): string {
  return `${meter === "cost" ? money(used) : exactly(used)} of ${limitAmount(meter, max)}`;
}

const WINDOW_WORDS: Readonly<Record<WindowName, string>> = {
  period: "a usage period",
  month: "a calendar month",
  day: "a day",
  hour: "an hour",
  minute: "a minute",
};

/** `a day`, as in "500 calls a day". */
export function windowWords(per: WindowName): string {
  return WINDOW_WORDS[per];
}

export function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
