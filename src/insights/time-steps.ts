/** The steps that a chart is drawn by: usage periods, UTC days or UTC hours. */
import {
  DAY_MS,
  formatDate,
  formatInstant,
  HOUR_MS,
  type Instant,
  instant,
} from "../core/instant.ts";
import type { Period } from "../core/periods/period.ts";

export const GRANULARITIES = ["period", "day", "hour"] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Where each step starts, oldest first; the last is the one that `until` lies in (or just after). */
export function stepsOf(
  granularity: Granularity,
  periods: readonly Period[],
  until: Instant,
): Instant[] {
  if (granularity === "period") return periods.map(({ start }) => start);
  const first = periods[0]?.start ?? until;
  return stepsBetween(granularity, { start: first, end: until });
}

/** Days or hours that have a part in the stretch, its end excluded; at least the one it starts in. */
export function stepsBetween(granularity: "day" | "hour", stretch: Period): Instant[] {
  const lengthMs = granularity === "day" ? DAY_MS : HOUR_MS;
  const steps: Instant[] = [];
  let step = stretch.start - (stretch.start % lengthMs);
  do {
    steps.push(instant(step));
    step += lengthMs;
  } while (step < stretch.end);
  return steps;
}

/** What a roll-up's start and its step's start have in common: the date, or the hour. */
export function slotOf(granularity: Granularity, start: number): number {
  return start - (start % (granularity === "hour" ? HOUR_MS : DAY_MS));
}

/** `2026-04-01` for periods and days, `2026-04-01T13:00:00.000Z` for hours. */
export function stepText(granularity: Granularity, step: Instant): string {
  return granularity === "hour" ? formatInstant(step) : formatDate(step);
}
