/** The stretch of time that a page of usage or calls is about, as the address names it and as the API takes it. */
import { useQuery } from "@tanstack/react-query";
import { type AddressState, useAddress } from "../../app/address.ts";
import { useSubject } from "../../app/subject.tsx";
import { periodsQuery, usePeriod } from "../../parts/period-picker.tsx";

export const SPANS = [
  { value: "period", label: "A usage period" },
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
  { value: "90d", label: "Last 90 days" },
  { value: "12m", label: "Last 12 months" },
  { value: "24m", label: "Last 24 months" },
  { value: "all", label: "All time" },
  { value: "range", label: "From day to day" },
] as const;

export type Span = (typeof SPANS)[number]["value"];

export interface Stretch {
  readonly span: Span;
  /** What the API is asked for; null: not to be asked yet, as a range has no days or periods are not known. */
  readonly asked: AskedStretch | null;
  /** The first instant and the one after the last; the end of one that goes on is now. */
  readonly start: number;
  readonly end: number;
  /** Does it go on, so that new calls fall into it? */
  readonly isOpen: boolean;
}

export interface AskedStretch {
  readonly billing_period?: string;
  readonly from?: string;
  readonly to?: string;
}

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Days of the sliding stretches, today being the last. */
const DAYS_BACK: Readonly<Partial<Record<Span, number>>> = {
  "7d": 7,
  "30d": 30,
  "90d": 90,
  "12m": 365,
  "24m": 730,
};

/** Reads `span`, `period`, `from` and `to` of the address. */
export function useStretch(otherwise: Span): Stretch {
  const { userId } = useSubject();
  const [address] = useAddress();
  const period = usePeriod();
  const { data: periods } = useQuery(periodsQuery(userId));
  const now = Date.now();
  const span = spanOf(address, otherwise);
  if (span === "period") return ofPeriod(period, now);
  if (span === "range") return ofRange(address, now);
  if (span === "all") return since(span, firstOf(periods), now);
  const days = DAYS_BACK[span];
  const start =
    days === undefined
      ? now - (now % HOUR_MS) - 23 * HOUR_MS
      : now - (now % DAY_MS) - (days - 1) * DAY_MS;
  return since(span, start, now);
}

export function spanOf({ span }: AddressState, otherwise: Span): Span {
  return SPANS.find(({ value }) => value === span)?.value ?? otherwise;
}

/** Periods are listed newest first. null: not known yet. */
function firstOf(periods: readonly { readonly start: string }[] | undefined): number | null {
  const first = periods?.at(-1);
  return first === undefined ? null : Date.parse(first.start);
}

function ofPeriod(
  {
    start,
    end,
    isPresent,
  }: { start: string | undefined; end: string | undefined; isPresent: boolean },
  now: number,
): Stretch {
  if (start === undefined || end === undefined) return unknown("period", now);
  return {
    span: "period",
    asked: { billing_period: start.slice(0, 10) },
    start: Date.parse(start),
    end: Math.min(Date.parse(end), now),
    isOpen: isPresent,
  };
}

/** Days as they are shown, both of them meant; the API takes the day after the last. */
function ofRange({ from, to }: AddressState, now: number): Stretch {
  const start = dayOf(from);
  const last = dayOf(to);
  if (start === null || last === null || last < start) return unknown("range", now);
  const end = last + DAY_MS;
  return {
    span: "range",
    asked: { from: new Date(start).toISOString(), to: new Date(end).toISOString() },
    start,
    end,
    isOpen: end > now,
  };
}

/** The start of a UTC day such as `2026-04-01`. */
function dayOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const start = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(start) ? null : start;
}

function since(span: Span, start: number | null, now: number): Stretch {
  if (start === null) return unknown(span, now);
  return {
    span,
    asked: { from: new Date(start).toISOString() },
    start,
    end: now,
    isOpen: true,
  };
}

function unknown(span: Span, now: number): Stretch {
  return { span, asked: null, start: now, end: now, isOpen: false };
}
