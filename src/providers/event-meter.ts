/** What a dialect does with each event of a stream that passes. */
import type { UsageReading } from "./dialect.ts";

/** What becomes of an event: passed on, left out, or kept back because the answer ends with it. */
export type Verdict = "pass" | "drop" | "last";

/** How one dialect reads the events of one answer. */
export interface EventMeter {
  /**
   * `event` is an event's bytes as latin1 text, or only its beginning and its end where it was too large to keep
   * (`whole` is false). May throw.
   */
  read(event: string, whole: boolean): Verdict;
  /** What has been read so far. May be asked at any time, and often. */
  reading(): UsageReading;
}
