/** Why calls were refused, in words. */
import { WINDOWS } from "../../../src/core/limits/limit.ts";
import { providerTitle } from "../../../src/core/provider-titles.ts";
import { METERS } from "../../../src/core/usage.ts";
import { limitName, windowWords } from "./limit-words.ts";

const CODES: Readonly<Record<string, string>> = {
  limit_reached: "limit reached",
  limit_held: "held by running calls",
  not_included: "not in the plan",
  subscription_expired: "subscription expired",
  price_unknown: "price unknown",
};

export function codeWords(code: string): string {
  return CODES[code] ?? code.replaceAll("_", " ");
}

const PARTS = 5;
const DEPLOYMENT = "deployment";

/** Of `calls openai * * period`, with `deployment` or `key` before it where the limit was theirs; or of a provider. */
export function limitKeyWords(text: string): string {
  const parts = text.split(" ");
  const words = scopeWords(parts.slice(-PARTS));
  if (words === null) return text === "" ? "–" : providerTitle(text);
  if (parts.length === PARTS) return words;
  return `${words}, ${parts[0] === DEPLOYMENT ? "the deployment's" : "the key's own"} limit`;
}

function scopeWords([meter, ...scope]: readonly string[]): string | null {
  const known = METERS.find((each) => each === meter);
  const window = WINDOWS.find((each) => each === scope.at(-1));
  if (known === undefined || window === undefined) return null;
  const names = ["provider", "model", "operation"].flatMap((name, place) => {
    const value = scope[place] ?? EVERY;
    return value === EVERY ? [] : [[name, value] as const];
  });
  return `${limitName({ meter: known, ...Object.fromEntries(names) })} in ${windowWords(window)}`;
}

/** Stands for all names. */
const EVERY = "*";
