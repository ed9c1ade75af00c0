/** Says what a better plan has of what was short. */
import {
  countWords,
  narrowerThan,
  priceWords,
  titleBefore,
  unitWords,
  whoseCost,
} from "../amount-words.ts";
import type { Limit } from "../limits/limit.ts";
import { limitKey } from "../limits/read-limit.ts";
import { type NanoUsd, nanoUsd, usdText } from "../money.ts";
import type { PlanDefinition } from "../plans/plan.ts";
import type { UpgradeNeed } from "../plans/upgrade.ts";
import { providerTitle } from "../provider-titles.ts";

/** `Pro has 5,000 Gemini calls.`, `Enterprise has no limit on tokens.`, `Basic includes OpenAI.` */
export function upgradeReason({ name, limits }: PlanDefinition, need: UpgradeNeed): string {
  if ("provider" in need) return `${name} includes ${providerTitle(need.provider)}.`;
  const { limit } = need;
  const same = limits.find((other) => limitKey(other) === limitKey(limit));
  if (same === undefined || same.cap.kind === "unlimited") {
    return `${name} has no limit on ${unlimitedWords(limit)}.`;
  }
  return `${name} has ${capWords(limit, same.cap.amount)}${perWords(limit)}.`;
}

function unlimitedWords(limit: Limit): string {
  if (limit.meter === "cost") return whoseCost(limit);
  return `${titleBefore(limit)}${unitWords(limit.meter, 0n)}${narrowerThan(limit)}`;
}

function capWords(limit: Limit, cap: bigint): string {
  if (limit.meter === "cost") return `${exactUsd(nanoUsd(cap))} of ${whoseCost(limit)}`;
  return `${countWords(cap)} ${titleBefore(limit)}${unitWords(limit.meter, cap)}${narrowerThan(limit)}`;
}

/** `$500`, `$12.50`, `$0.005`. */
function exactUsd(cap: NanoUsd): string {
  return cap % 10_000_000n === 0n ? priceWords(cap) : `$${usdText(cap)}`;
}

/** That a limit is for each period goes without saying. */
function perWords({ per }: Limit): string {
  return per === "period" ? "" : ` a ${per}`.replace("a hour", "an hour");
}
