/** Why calls were refused, in words. */

import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { METERS } from "../../../../src/core/usage.ts";
import { limitName, type Meter, type WindowName, windowWords } from "../../parts/limit-words.ts";

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

const WINDOWS: readonly WindowName[] = ["period", "month", "day", "hour", "minute"];

/** Of `calls openai * * period`, or of a provider's name where it was that. */
export function limitKeyWords(key: string): string {
  const [meter, provider, model, operation, per] = key.split(" ");
  const known: Meter | undefined = METERS.find((each) => each === meter);
  const window = WINDOWS.find((each) => each === per);
  if (known === undefined || window === undefined) return key === "" ? "–" : providerTitle(key);
  const name = limitName({
    meter: known,
    ...(isNamed(provider) ? { provider } : {}),
    ...(isNamed(model) ? { model } : {}),
    ...(isNamed(operation) ? { operation } : {}),
  });
  return `${name} in ${windowWords(window)}`;
}

/** `*` stands for all names. */
function isNamed(name: string | undefined): name is string {
  return name !== undefined && name !== "*";
}
