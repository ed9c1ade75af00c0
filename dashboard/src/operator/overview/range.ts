/** The days that the operator's overview is about, as the address names them, in UTC. */
import type { AddressState } from "../../app/address.ts";
import { utcDay, utcMonth } from "../../parts/format.ts";

export const RANGES = [
  { value: "month", label: "This month" },
  { value: "last-month", label: "Last month" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
  { value: "90d", label: "Last 90 days" },
  { value: "12m", label: "Last 12 months" },
  { value: "days", label: "From day to day" },
] as const;

export type RangeName = (typeof RANGES)[number]["value"];

export interface Range {
  readonly name: RangeName;
  /** UTC days such as `2026-04-01`; `to` is exclusive. null: days are still to be said. */
  readonly asked: { readonly from: string; readonly to: string } | null;
  /** As it ends a sentence. */
  readonly when: string;
}

const DAY_MS = 86_400_000;
const DAYS_BACK = { "7d": 7, "30d": 30, "90d": 90, "12m": 365 } as const;

/** Reads `range`, and of `days` also `from` and `to`, both meant. */
export function rangeOf(address: AddressState, now: number): Range {
  const name = RANGES.find(({ value }) => value === address["range"])?.value ?? "month";
  const tomorrow = now - (now % DAY_MS) + DAY_MS;
  switch (name) {
    case "month":
      return range(name, [monthStart(now, 0), tomorrow], "so far this month");
    case "last-month": {
      const start = monthStart(now, -1);
      return range(name, [start, monthStart(now, 0)], `in ${utcMonth(dateOf(start))}`);
    }
    case "days":
      return chosenDays(address);
    default: {
      const days = DAYS_BACK[name];
      const when = name === "12m" ? "in the last 12 months" : `in the last ${days} days`;
      return range(name, [tomorrow - days * DAY_MS, tomorrow], when);
    }
  }
}

const DAYS_MOST = 366;

function chosenDays({ from, to }: AddressState): Range {
  const [first, last] = [dayOf(from), dayOf(to)];
  const isRange = first !== null && last !== null && first <= last;
  if (!isRange || (last - first) / DAY_MS >= DAYS_MOST) {
    return { name: "days", asked: null, when: "" };
  }
  const when = `from ${utcDay(dateOf(first))} to ${utcDay(dateOf(last))}`;
  return range("days", [first, last + DAY_MS], when);
}

function range(name: RangeName, [from, to]: readonly [number, number], when: string): Range {
  return { name, asked: { from: dateOf(from), to: dateOf(to) }, when };
}

/** The first instant of the month that lies so many after that of `at`. */
function monthStart(at: number, months: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}

function dayOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const start = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(start) ? null : start;
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
