/** One way to write each kind of number: money, counts, percentages, durations and times, by the reader's locale. */

/** Some systems give browsers a language that their own Intl refuses, such as `en-US@posix`. */
export const LOCALE = isLocale(navigator.language) ? navigator.language : "en-US";

const exactDollars = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 9,
});
const cents = new Intl.NumberFormat(LOCALE, { style: "currency", currency: "USD" });
const smallDollars = new Intl.NumberFormat(LOCALE, {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 4,
});
const exactCount = new Intl.NumberFormat(LOCALE);
const shortCount = new Intl.NumberFormat(LOCALE, {
  notation: "compact",
  maximumFractionDigits: 1,
});
const percents = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 1 });

/** Dollars: to the cent from $1 on, to four significant digits below. */
export function money(dollars: number): string {
  const isWholeCents = Math.round(dollars * 100) / 100 === dollars;
  return Math.abs(dollars) >= 1 || isWholeCents
    ? cents.format(dollars)
    : smallDollars.format(dollars);
}

/** Amounts of an axis, all with the decimals that the finest needs. */
export function evenMoney(dollars: readonly number[]): string[] {
  const decimals = Math.max(2, ...dollars.map((each) => String(each).split(".")[1]?.length ?? 0));
  const even = new Intl.NumberFormat(LOCALE, {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return dollars.map((each) => even.format(each));
}

/** Dollars to the nano-dollar, as exports have them. */
export function exactMoney(dollars: number): string {
  return exactDollars.format(dollars);
}

/** `1.2K`, `3.4M`; whole below a thousand. */
export function count(amount: number): string {
  return Math.abs(amount) < 10_000 ? exactCount.format(amount) : shortCount.format(amount);
}

export function exactly(amount: number): string {
  return exactCount.format(amount);
}

/** `percent` of 0 to 100. */
export function percent(value: number): string {
  return percents.format(value / 100);
}

export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return `${Math.round(seconds / 60)} min`;
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** `2.5 MB`: thousands, not 1,024s. */
export function bytes(amount: number): string {
  const step = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(amount, 1)) / 3));
  return `${shortCount.format(amount / 1_000 ** step)} ${BYTE_UNITS[step]}`;
}

/** All times are shown in this zone; pages say which it is. */
export const TIME_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const dayAndYear = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "long" });
const plainMoment = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium" });
const utcHours = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  hour: "numeric",
  timeZone: "UTC",
});
const utcDates = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const utcMonths = new Intl.DateTimeFormat(LOCALE, {
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });

export function shortDay(time: string | number | Date): string {
  return day.format(new Date(time));
}

/** A UTC day such as `2026-04-01`, whatever the reader's zone. */
export function utcDay(date: string): string {
  return new Intl.DateTimeFormat(LOCALE, {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  }).format(new Date(date.slice(0, 10)));
}

/** The same with its year. */
export function utcDate(date: string): string {
  return utcDates.format(new Date(date.slice(0, 10)));
}

/** A UTC hour such as `2026-04-01T13:00:00.000Z`, whatever the reader's zone. */
export function utcHour(time: string): string {
  return utcHours.format(new Date(time));
}

/** The UTC month that a date such as `2026-04-01` lies in. */
export function utcMonth(date: string): string {
  return utcMonths.format(new Date(date.slice(0, 10)));
}

export function fullDay(time: string | number | Date): string {
  return dayAndYear.format(new Date(time));
}

export function exactTime(time: string | number | Date): string {
  return moment.format(new Date(time));
}

/** Where the page says the zone beside it. */
export function plainTime(time: string | number | Date): string {
  return plainMoment.format(new Date(time));
}

export function clockTime(time: string | number | Date): string {
  return clock.format(new Date(time));
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** `3 minutes ago`, `in 12 days`. */
export function relativeTime(time: string | number | Date, now: number = Date.now()): string {
  const seconds = Math.round((new Date(time).getTime() - now) / 1_000);
  const [unit, size] = STEPS.find(([, least]) => Math.abs(seconds) >= least) ?? ["second", 1];
  return relative.format(Math.trunc(seconds / size), unit);
}

function isLocale(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length === 1;
  } catch {
    return false;
  }
}
