/** A sudden change of what is spent: the last seven days against the four weeks before. */
import { dateWords, usdWords } from "../amount-words.ts";
import { DAY_MS, type Instant, instant } from "../instant.ts";
import { divideHalfEven, nanoUsd, usdNumber } from "../money.ts";
import { providerTitle } from "../provider-titles.ts";
import type { DayAmounts, Recommendation } from "./recommendation.ts";

const WEEK_MS = 7 * DAY_MS;
const WEEKS_BEFORE = 4;
/** With use in fewer weeks before, there is nothing usual to compare with. */
const WEEKS_OF_USE_LEAST = 3;
const CHANGE_PERCENT_LEAST = 50n;
const CHANGE_LEAST = 1_000_000_000n;

/** The days of a comparison begin here; what came before is not looked at. */
export function comparedSince(now: Instant): Instant {
  return instant(Math.max(0, todayOf(now) - (WEEKS_BEFORE + 1) * WEEK_MS));
}

/** Whole days only: today is not over. null: too little to compare, or less than 50 % or less than a dollar a week. */
export function spendChange(days: readonly DayAmounts[], now: Instant): Recommendation | null {
  const today = todayOf(now);
  const weekOf = (day: number) => Math.floor((today - 1 - day) / WEEK_MS);
  const costs = days.filter(({ day }) => day < today && day >= comparedSince(now));
  const before = costs.filter(({ day }) => weekOf(day) > 0);
  const weeksOfUse = new Set(
    before.filter(({ amounts }) => amounts.cost > 0n).map(({ day }) => weekOf(day)),
  );
  if (weeksOfUse.size < WEEKS_OF_USE_LEAST) return null;
  const last = costs.filter(({ day }) => weekOf(day) === 0);
  const lastCost = costOf(last);
  const beforeCost = costOf(before);
  /** Four times the difference of a week, so that it is whole. */
  const fourfold = lastCost * BigInt(WEEKS_BEFORE) - beforeCost;
  const size = fourfold < 0n ? -fourfold : fourfold;
  if (size < CHANGE_LEAST * BigInt(WEEKS_BEFORE)) return null;
  if (size * 100n < beforeCost * CHANGE_PERCENT_LEAST) return null;
  const changePercent = Number(divideHalfEven(fourfold * 1_000n, beforeCost)) / 10;
  const isMore = fourfold > 0n;
  const rounded = `${Math.round(Math.abs(changePercent))} % ${isMore ? "more" : "less"}`;
  const usual = nanoUsd(divideHalfEven(beforeCost, BigInt(WEEKS_BEFORE)));
  const mend = isMore
    ? "If you did not mean to, look at the usage log for what is new; a limit on a key caps it."
    : "If you did not mean to, look whether something has stopped calling.";
  return {
    kind: "spend_change",
    title: `You spend ${rounded} than usual`,
    message: `The seven days from ${dateWords(instant(today - WEEK_MS))} cost ${usdWords(nanoUsd(lastCost))}. The 28 days before cost ${usdWords(nanoUsd(beforeCost))}, which is ${usdWords(usual)} a week: ${rounded}. ${largestPart(last, before, isMore)} ${mend}`,
    last_7_days: usdNumber(nanoUsd(lastCost)),
    before_28_days: usdNumber(nanoUsd(beforeCost)),
    change_percent: changePercent,
  };
}

/** The model that most of the change comes from. */
function largestPart(
  last: readonly DayAmounts[],
  before: readonly DayAmounts[],
  isMore: boolean,
): string {
  const fourfold = new Map<string, bigint>();
  const add = (sums: readonly DayAmounts[], times: bigint) => {
    for (const { scope, amounts } of sums) {
      const provider = providerTitle(scope.provider);
      const name = scope.model === "" ? provider : `${scope.model} of ${provider}`;
      fourfold.set(name, (fourfold.get(name) ?? 0n) + times * amounts.cost);
    }
  };
  add(last, BigInt(WEEKS_BEFORE));
  add(before, -1n);
  const sorted = [...fourfold].sort(([, a], [, b]) => (a < b ? -1 : Number(a > b)));
  const [name = "", change = 0n] = (isMore ? sorted.at(-1) : sorted[0]) ?? [];
  const size = divideHalfEven(change < 0n ? -change : change, BigInt(WEEKS_BEFORE));
  return `Most of it is ${name}: ${usdWords(nanoUsd(size))} a week ${isMore ? "more" : "less"}.`;
}

function costOf(sums: readonly DayAmounts[]): bigint {
  return sums.reduce((cost, { amounts }) => cost + amounts.cost, 0n);
}

function todayOf(now: Instant): number {
  return now - (now % DAY_MS);
}
