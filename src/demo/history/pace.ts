/** How many calls a customer makes in an hour: office days, growth, jumps and silence. */
import { DAY_MS, HOUR_MS, type Instant } from "../../core/instant.ts";

export interface Pace {
  /** Calls on a weekday, at the beginning and now. */
  readonly from: number;
  readonly to: number;
  /** A weekend day against a weekday. */
  readonly weekend: number;
  /** Where its people are, in hours from UTC. */
  readonly zone: number;
  /** Round the clock, as a product for consumers; else in office hours. */
  readonly aroundTheClock?: boolean;
  /** From so many days ago on, so many times as much. */
  readonly jump?: { readonly daysAgo: number; readonly times: number };
  /** Nothing in the last so many days. */
  readonly silentDays?: number;
}

/** Expected calls in the hour that begins at `at`. */
export function callsInHour(
  pace: Pace,
  at: Instant,
  span: { readonly begin: Instant; readonly now: Instant },
): number {
  const daysAgo = (span.now - at) / DAY_MS;
  if (at < span.begin || daysAgo < (pace.silentDays ?? 0)) return 0;
  const gone = (at - span.begin) / Math.max(span.now - span.begin, 1);
  const perDay = pace.from + (pace.to - pace.from) * gone;
  const local = new Date(at + pace.zone * HOUR_MS);
  const isWeekend = [0, 6].includes(local.getUTCDay());
  const jump = pace.jump !== undefined && daysAgo <= pace.jump.daysAgo ? pace.jump.times : 1;
  const hours = pace.aroundTheClock ? AROUND_THE_CLOCK : OFFICE;
  return perDay * (isWeekend ? pace.weekend : 1) * jump * (hours[local.getUTCHours()] ?? 0);
}

const OFFICE = sharesOf([
  0.1, 0.05, 0.02, 0.02, 0.05, 0.2, 0.8, 2.5, 6, 9, 10, 9, 6, 8, 10, 10, 8, 6, 4, 3, 2, 1.5, 1, 0.4,
]);
const AROUND_THE_CLOCK = sharesOf([
  2.5, 1.8, 1.4, 1.2, 1.3, 1.8, 2.6, 3.6, 4.4, 5, 5.2, 5.2, 5.4, 5.2, 5, 5, 5.2, 5.6, 6, 6.4, 6.4,
  5.8, 4.6, 3.4,
]);

/** Weights of the 24 hours as shares of a day. */
function sharesOf(weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
