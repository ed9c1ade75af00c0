/** Names the month that is to leave, and says why it may not leave yet; the same on every database. */
import { AppError } from "../core/errors.ts";
import { DAY_MS, formatDate, formatInstant, type Instant, instant } from "../core/instant.ts";
import { monthOf, type Span } from "./audit/span.ts";

export interface LeavingMonth {
  /** `2026-01` */
  readonly name: string;
  readonly span: Span;
}

/** Until then a call that was released may be settled late, into the month that it was made in. */
const REST_MS = DAY_MS;

/** Refuses (`conflict`) a month that is not over for a day. */
export function leavingMonth(asked: {
  readonly month: Instant;
  readonly now: Instant;
}): LeavingMonth {
  const span = monthOf(asked.month);
  const name = monthName(span.from);
  const leavesFrom = instant(span.to + REST_MS);
  if (asked.now < leavesFrom) {
    throw refusal(name, `is not over long enough. It may leave from ${formatDate(leavesFrom)} on.`);
  }
  return { name, span };
}

/** Such as `2026-01`. */
export function monthName(at: Instant): string {
  return formatInstant(at).slice(0, 7);
}

export function refusal(name: string, why: string): AppError {
  return new AppError("conflict", `The month ${name} ${why}`, { field: "month" });
}

export function notFirst(name: string, before: string): AppError {
  return refusal(name, `is not the first month. Detach ${before} before it.`);
}

export function hasOpenCalls(name: string, open: number): AppError {
  return refusal(name, `has ${open} open calls. Detach it when they have ended.`);
}

export function noEventsOf(name: string): AppError {
  const message = `There are no events of ${name}. There is nothing to detach.`;
  return new AppError("not_found", message, { field: "month" });
}

export function isBeingDetached(): AppError {
  return new AppError("conflict", "A month is being detached already. Wait for its end.");
}
