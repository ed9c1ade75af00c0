/** A range of UTC days, as a client writes it. */
import { invalidField } from "../core/errors.ts";
import { DAY_MS, formatDate, type Instant, instant, parseInstant } from "../core/instant.ts";

export interface DayRange {
  /** The first day's start. */
  readonly from: Instant;
  /** Exclusive: the end of the last day. */
  readonly to: Instant;
}

const RANGE_DAYS_MOST = 366;
const DAYS_OTHERWISE = 30;

/**
 * `from` and `to` are `YYYY-MM-DD` or times; `to` is exclusive, and a day that is begun is looked at whole. Left out: the
 * last 30 days, today being the last. Refuses (`invalid_request`) what is no range of at most 366 days.
 */
export function readDayRange(
  wanted: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: Instant,
): DayRange {
  const to = wanted.to === undefined ? dayAfter(now) : lastDayEnd(wanted.to);
  const from =
    wanted.from === undefined
      ? instant(Math.max(0, to - DAYS_OTHERWISE * DAY_MS))
      : startOfDay(readDay(wanted.from, "from"));
  if (from >= to) throw invalidField("from", "must be before to.");
  if (to - from > RANGE_DAYS_MOST * DAY_MS) {
    throw invalidField("from", `must be at most ${RANGE_DAYS_MOST} days before to.`);
  }
  return { from, to };
}

export function daysOf({ from, to }: DayRange): Instant[] {
  const count = (to - from) / DAY_MS;
  return Array.from({ length: count }, (_, index) => instant(from + index * DAY_MS));
}

/** The last so many UTC days, today being one of them. */
export function lastDays(count: number, now: Instant): DayRange {
  const to = dayAfter(now);
  return { from: instant(Math.max(0, to - count * DAY_MS)), to };
}

/** As the API writes it; `to` is exclusive. */
export function rangeText({ from, to }: DayRange): { from: string; to: string } {
  return { from: formatDate(from), to: formatDate(to) };
}

/** The last one whose end is an instant, too. */
const LAST_DAY = parseInstant("9999-12-31T00:00:00Z", "to");

function lastDayEnd(text: string): Instant {
  const at = readDay(text, "to");
  if (at > LAST_DAY) throw invalidField("to", "lies too far ahead.");
  return at % DAY_MS === 0 ? at : dayAfter(at);
}

function readDay(text: string, field: string): Instant {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return parseInstant(isDate ? `${text}T00:00:00Z` : text, field);
}

function startOfDay(at: Instant): Instant {
  return instant(at - (at % DAY_MS));
}

function dayAfter(at: Instant): Instant {
  return instant(startOfDay(at) + DAY_MS);
}
