/** Says in a sentence how the business does: what providers cost against what plans bring in, and who is near a limit. */
import { money } from "../../parts/format.ts";

export interface Business {
  /** US dollars of the range, as all money here. */
  readonly cost: number;
  readonly income: number;
  readonly calls: number;
  /** Percent of a limit that each customer near one has reached. */
  readonly near: readonly number[];
  /** When, as it ends a sentence: `so far this month`. */
  readonly when: string;
}

export interface BusinessSentence {
  readonly tone: "fine" | "loss" | "nothing";
  readonly words: string;
}

const NEAR_PERCENT = 90;
const FULL_PERCENT = 100;
/** The API names no more than so many. */
const NAMED_MOST = 20;

export function businessSentence({ cost, income, calls, near, when }: Business): BusinessSentence {
  const tail = nearWords(near);
  if (calls === 0 && cost === 0) {
    const brings = income > 0 ? `, and ${money(income)} of plan income` : "";
    return { tone: "nothing", words: `No calls ${when}${brings}${tail}.` };
  }
  if (cost > income) {
    const more = money(toNano(cost - income));
    const words = `Providers cost ${more} more than plans bring in ${when}: ${money(cost)} against ${money(income)}${tail}.`;
    return { tone: "loss", words };
  }
  const words = `${money(cost)} of provider cost against ${money(income)} of plan income ${when}${tail}.`;
  return { tone: "fine", words };
}

/** `; 3 customers are within 10 % of a limit`. Empty where nobody is. */
function nearWords(near: readonly number[]): string {
  const full = near.filter((percent) => percent >= FULL_PERCENT).length;
  const close = near.filter((percent) => percent >= NEAR_PERCENT && percent < FULL_PERCENT).length;
  const atLeast = near.length >= NAMED_MOST ? "at least " : "";
  const used = `${atLeast}${customers(full)} ${full === 1 ? "has" : "have"} used up a limit`;
  const within = `within 10 % of`;
  if (full === 0 && close === 0) return "";
  if (close === 0) return `; ${used}`;
  const isAre = close === 1 ? "is" : "are";
  if (full === 0) return `; ${atLeast}${customers(close)} ${isAre} ${within} a limit`;
  return `; ${used} and ${close} more ${isAre} ${within} one`;
}

function customers(count: number): string {
  return `${count} ${count === 1 ? "customer" : "customers"}`;
}

/** Binary differences of decimal dollars are off in the sixteenth place. */
function toNano(dollars: number): number {
  return Math.round(dollars * 1e9) / 1e9;
}
