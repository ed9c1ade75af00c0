/** Whether a customer's last 24 hours are far above their own normal; the arithmetic is handed on, so that it can be said. */
import { DAY_MS, type Instant } from "../instant.ts";
import type { SuddenRiseFacts } from "./alert-facts.ts";

export type RisingMeter = SuddenRiseFacts["meter"];

export interface Rise {
  /** The median of the days of use, and how many there were. */
  readonly usual: bigint;
  readonly days: number;
  /** `amount / usual`, rounded down to one decimal. */
  readonly times: number;
}

/** A rise is at least so many times the usual day. */
export const RISE_TIMES_LEAST = 3;
/** Whole UTC days, those before the 24 hours began. */
export const RISE_DAYS = 14;
/** Fewer days of use than these make no normal. */
const DAYS_OF_USE_LEAST = 5;
/** Somebody whose days lie far apart has to go further: so many of their own median deviations. */
const DEVIATIONS = 4n;
/** What goes on was told; only where it has doubled since is it told again before its days are most of the normal. */
const QUIET_DAYS = 10;
const DOUBLED_QUIET_DAYS = 2;
/** Less above the usual than this is no matter, however many times it is. Cost: nano-dollars. */
const ABOVE_LEAST: Readonly<Record<RisingMeter, bigint>> = { cost: 1_000_000_000n, calls: 100n };

/**
 * `days`: what each of the days before came to, in the meter's unit. Days on which nothing was used are left out of the
 * normal: somebody who works on two days a week is measured by such a day. null: no rise, or too little to tell by.
 */
export function suddenRise(of: {
  readonly meter: RisingMeter;
  /** Of the last 24 hours. */
  readonly amount: bigint;
  readonly days: readonly bigint[];
}): Rise | null {
  const { meter, amount } = of;
  const days = of.days.filter((day) => day > 0n);
  if (days.length < DAYS_OF_USE_LEAST) return null;
  const usual = medianOf(days);
  const deviation = medianOf(days.map((day) => (day > usual ? day - usual : usual - day)));
  const isRise =
    amount >= usual * BigInt(RISE_TIMES_LEAST) &&
    amount > usual + DEVIATIONS * deviation &&
    amount - usual >= ABOVE_LEAST[meter];
  if (!isRise) return null;
  return { usual, days: days.length, times: Number((amount * 10n) / usual) / 10 };
}

/**
 * Is a rise worth telling, though one of that meter was told `before`? For two days it is not: until then some of its 24 hours
 * are of the same burst.
 */
export function isNewRise(
  now: { readonly amount: bigint; readonly at: Instant },
  before: { readonly amount: bigint; readonly at: Instant },
): boolean {
  const quiet = now.at - before.at;
  if (quiet >= QUIET_DAYS * DAY_MS) return true;
  return quiet >= DOUBLED_QUIET_DAYS * DAY_MS && now.amount >= 2n * before.amount;
}

/** Rises before this are not asked for. */
export const RISE_QUIET_MS = QUIET_DAYS * DAY_MS;

/** Of an even number the middle of the two in the middle, rounded down. */
function medianOf(amounts: readonly bigint[]): bigint {
  const sorted = [...amounts].sort((a, b) => (a < b ? -1 : Number(a > b)));
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0n;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[middle - 1] ?? 0n) + upper) / 2n;
}
