/** A stretch of time that is looked at in one go: all of it, or one UTC month. */
import { type Instant, instant } from "../../core/instant.ts";
import { windowAt } from "../../core/periods/window.ts";

export interface Span {
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
}

export const ALL_TIME: Span = { from: instant(0), to: instant(Date.UTC(9999, 11, 31)) };

/** The UTC calendar month of an instant. */
export function monthOf(at: Instant): Span {
  const { start, end } = windowAt("month", at, at);
  return { from: start, to: end };
}
