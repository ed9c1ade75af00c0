/** A number that an audit found to differ, in words. */
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { plainTime } from "../../parts/format.ts";
import { windowWords } from "../../parts/limit-words.ts";
import type { LedgerAudit } from "./system-queries.ts";

type Difference = LedgerAudit["differences"][number];

const KINDS: Readonly<Record<Difference["kind"], string>> = {
  counter: "Counter",
  rollup_hour: "Roll-up by the hour",
  rollup_day: "Roll-up by the day",
  rollup_period: "Roll-up by the period",
};

/** `Counter of calls, used: Gemini, in a usage period from Nov 24, 2026, 4:00:00 PM`. */
export function differenceWords(difference: Difference): string {
  const { kind, sum, part, provider, model, operation, per, from } = difference;
  const scope = [isNamed(provider) ? providerTitle(provider) : "", model, operation]
    .filter(isNamed)
    .join(" ");
  const start = plainTime(from);
  return [
    `${KINDS[kind]}, ${sum.replaceAll("_", " ")}${part === null ? "" : ` ${part}`}`,
    ...(scope === "" ? [] : [scope]),
    `${windowWords(per)} from ${start}`,
  ].join(": ");
}

function isNamed(name: string): boolean {
  return name !== "" && name !== "*";
}
