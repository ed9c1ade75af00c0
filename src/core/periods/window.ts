/** The window that a limit counts in at an instant. */
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, nearestInstant } from "../instant.ts";
import type { WindowName } from "../limits/limit.ts";
import type { Period } from "./period.ts";
import { usagePeriodAt } from "./usage-period.ts";

/** `period` counts from the customer's usage anchor; the others are calendar windows in UTC. */
export function windowAt(per: WindowName, at: Instant, anchor: Instant): Period {
  switch (per) {
    case "period":
      return usagePeriodAt(anchor, at);
    case "month":
      return calendarMonth(at);
    case "day":
      return slice(at, DAY_MS);
    case "hour":
      return slice(at, HOUR_MS);
    case "minute":
      return slice(at, MINUTE_MS);
  }
}

function calendarMonth(at: Instant): Period {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return {
    start: nearestInstant(Date.UTC(year, month)),
    end: nearestInstant(Date.UTC(year, month + 1)),
  };
}

function slice(at: Instant, lengthMs: number): Period {
  const start = at - (at % lengthMs);
  return { start: nearestInstant(start), end: nearestInstant(start + lengthMs) };
}
