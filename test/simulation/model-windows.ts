/** The model's own calendar: when windows begin, by plain date arithmetic and none of the code it judges. */
import type { WindowName } from "../../src/core/limits/limit.ts";

const LENGTH_MS = { day: 86_400_000, hour: 3_600_000, minute: 60_000 } as const;

/** Where the window that `atMs` is in starts. `period` counts months from the anchor, held to each month's length. */
export function windowStart(per: WindowName, atMs: number, anchorMs: number): number {
  if (per === "period") return periodStart(atMs, anchorMs);
  if (per === "month") {
    const date = new Date(atMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  }
  return Math.floor(atMs / LENGTH_MS[per]) * LENGTH_MS[per];
}

/** Half-open: where the window's successor starts. */
export function windowEnd(per: WindowName, startMs: number, anchorMs: number): number {
  if (per === "period") {
    const start = new Date(startMs);
    return monthsAfter(anchorMs, start.getUTCFullYear(), start.getUTCMonth() + 1);
  }
  if (per === "month") {
    const date = new Date(startMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
  }
  return startMs + LENGTH_MS[per];
}

/** Each calendar month has one boundary: the anchor's day and time, or the month's last day. */
function periodStart(atMs: number, anchorMs: number): number {
  const at = new Date(atMs);
  const inThisMonth = monthsAfter(anchorMs, at.getUTCFullYear(), at.getUTCMonth());
  if (inThisMonth <= atMs) return inThisMonth;
  return monthsAfter(anchorMs, at.getUTCFullYear(), at.getUTCMonth() - 1);
}

function monthsAfter(anchorMs: number, year: number, month: number): number {
  const anchor = new Date(anchorMs);
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(anchor.getUTCDate(), lastDay);
  return Date.UTC(year, month, day) + (anchorMs % LENGTH_MS.day);
}
