/** A stretch of time, half-open: its start belongs to it, its end is the start of the next. */
import type { Instant } from "../instant.ts";

export interface Period {
  readonly start: Instant;
  readonly end: Instant;
}

export function isOpen(period: Period, at: Instant): boolean {
  return period.start <= at && at < period.end;
}
