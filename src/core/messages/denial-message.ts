/** What a refused call is told, for every code of a denial. */
import {
  type Counted,
  countWords,
  narrowerThan,
  titleBefore,
  unitWords,
  whoseCost,
} from "../amount-words.ts";
import { formatInstant, type Instant } from "../instant.ts";
import type { CallScope } from "../limits/limit.ts";
import { nanoUsd, usdText } from "../money.ts";
import { providerTitle } from "../provider-titles.ts";
import type { Meter } from "../usage.ts";
import { inShell } from "./sentences.ts";

/** Of the ledger's denials what is said; amounts in the unit of the limit's meter (`cost`: nano-dollars). */
export type DenialSaid = LimitDenialSaid | PlanDenialSaid;

export interface LimitDenialSaid {
  readonly code: "limit_reached" | "limit_held";
  readonly limit: Counted;
  readonly used: bigint;
  readonly held: bigint;
  readonly cap: bigint;
  readonly resetsAt: Instant;
}

export interface PlanDenialSaid {
  readonly code: "subscription_expired" | "not_included" | "price_unknown";
}

/** `upgradeReason`: the sentence on the plan that would have let the call through; null: none is known. */
export function denialMessage(
  denial: DenialSaid,
  scope: CallScope,
  upgradeReason: string | null,
): string {
  const way = upgradeReason === null ? "" : ` ${upgradeReason}`;
  const title = providerTitle(scope.provider);
  switch (denial.code) {
    case "limit_reached":
      return `${usedWords(denial)}; this call does not fit. The limit resets at ${formatInstant(denial.resetsAt)}.${way}`;
    case "limit_held":
      return `${usedWords(denial)} and ${heldWords(denial)}; this call does not fit until they end.`;
    case "subscription_expired":
      return "The subscription was not paid and its grace time is over, so calls are refused. They work again once the open invoice is paid.";
    case "not_included":
      return `This plan does not include ${title}.${way}`;
    case "price_unknown":
      return (
        `No price is known for ${scope.model} at ${title}, and a limit on cost applies, so the call was refused. ` +
        `The operator can add one: \`purser prices add ${inShell(scope.provider)} ${inShell(scope.model)} input=… output=…\`, or POST /api/admin/prices.`
      );
  }
}

/** `5,000 of 5,000 Gemini calls are used`, exact to the nano-dollar. */
function usedWords({ limit, used, cap }: LimitDenialSaid): string {
  const { meter } = limit;
  const amounts = `${exact(meter, used)} of ${exact(meter, cap)}`;
  if (meter === "cost") return `${amounts} of ${whoseCost(limit)} is used`;
  const what = `${titleBefore(limit)}${unitWords(meter, cap)}${narrowerThan(limit)}`;
  return `${amounts} ${what} ${cap === 1n ? "is" : "are"} used`;
}

function heldWords({ limit: { meter }, held }: LimitDenialSaid): string {
  const isAre = held === 1n || meter === "cost" ? "is" : "are";
  return `${exact(meter, held)} ${isAre} held by calls that still run`;
}

function exact(meter: Meter, amount: bigint): string {
  return meter === "cost" ? `$${usdText(nanoUsd(amount))}` : countWords(amount);
}
