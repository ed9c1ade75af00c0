/** The monthly periods that usage is counted in, and the periods that are paid for, from an anchor on. */
import { Temporal } from "temporal-polyfill";
import { DAY_MS, type Instant, nearestInstant } from "../instant.ts";
import { isOpen, type Period } from "./period.ts";

/** A day more than the longest month: no usage period is as long. */
export const PERIOD_MS_MOST = 32 * DAY_MS;

/** Month arithmetic costs some 30 µs and a customer asks for the same period on every call, so the last one is kept. */
const REMEMBERED_MOST = 10_000;
const remembered = new Map<Instant, Period>();

/** The usage period that `at` falls in; also for instants before the anchor. */
export function usagePeriodAt(anchor: Instant, at: Instant): Period {
  const last = remembered.get(anchor);
  if (last !== undefined && isOpen(last, at)) return last;
  const period = findPeriod(anchor, at);
  if (remembered.size >= REMEMBERED_MOST) remembered.clear();
  remembered.set(anchor, period);
  return period;
}

/** Usage period number `k`; 0 starts at the anchor, -1 ends there. */
export function usagePeriod(anchor: Instant, k: number): Period {
  return { start: boundary(anchor, k), end: boundary(anchor, k + 1) };
}

/** Paid period number `k` of a subscription: one month, or twelve. */
export function billingPeriod(anchor: Instant, cycle: "monthly" | "yearly", k: number): Period {
  const months = cycle === "yearly" ? 12 : 1;
  return { start: boundary(anchor, k * months), end: boundary(anchor, (k + 1) * months) };
}

function findPeriod(anchor: Instant, at: Instant): Period {
  // Each calendar month holds exactly one boundary, so `at` is in the period begun in its month or the one before.
  const k = monthsBetween(anchor, at);
  const start = boundary(anchor, k);
  if (at >= start) return { start, end: boundary(anchor, k + 1) };
  return { start: boundary(anchor, k - 1), end: start };
}

function monthsBetween(from: Instant, to: Instant): number {
  const [a, b] = [new Date(from), new Date(to)];
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
}

/**
 * The anchor plus `months`, always from the original anchor (31 January → 29 February → 31 March), the day held to
 * the month's length, in UTC. Never outside the time that an instant can name.
 */
function boundary(anchor: Instant, months: number): Instant {
  const at = Temporal.Instant.fromEpochMilliseconds(anchor)
    .toZonedDateTimeISO("UTC")
    .add({ months }).epochMilliseconds;
  return nearestInstant(at);
}
