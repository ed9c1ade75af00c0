/** A point in time, as whole milliseconds since 1970-01-01T00:00:00Z; it always comes in as a value. */
import { AppError } from "./errors.ts";

export type Instant = number & { readonly __unit: "Instant" };

/** 9999-12-31T23:59:59.999Z, the last instant RFC 3339 can write. */
const LATEST_MS = 253_402_300_799_999;

/** Makes an instant from whole milliseconds since the epoch; anything else is a fault of the caller. */
export function instant(ms: number): Instant {
  if (!Number.isSafeInteger(ms) || ms < 0 || ms > LATEST_MS) {
    throw new RangeError(`Not an instant in milliseconds: ${ms}`);
  }
  return ms as Instant;
}

/** The nearest instant: for boundaries computed at the ends of time, which must not be faults. */
export function nearestInstant(ms: number): Instant {
  return instant(Math.min(Math.max(ms, 0), LATEST_MS));
}

/** Reads an RFC 3339 time with a zone. Refuses (`invalid_request`) anything else, naming `field`. */
export function parseInstant(text: string, field: string): Instant {
  const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
  const ms = shape.test(text) && isOnCalendar(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms) || ms < 0 || ms > LATEST_MS) {
    throw new AppError("invalid_request", `${field} must be a time such as 2026-04-01T12:00:00Z.`, {
      field,
      reason: "not an RFC 3339 time with a zone",
    });
  }
  return instant(Math.floor(ms));
}

/** `Date.parse` takes 30 February for 1 March; a date that does not exist is a mistake. */
function isOnCalendar(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

/** Writes an instant as RFC 3339 in UTC, e.g. `2026-04-01T12:00:00.000Z`. */
export function formatInstant(at: Instant): string {
  return new Date(at).toISOString();
}

/** The UTC calendar date of an instant, e.g. `2026-04-01`. */
export function formatDate(at: Instant): string {
  return formatInstant(at).slice(0, 10);
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
