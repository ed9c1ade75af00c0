/** The days of the overview as the charts draw them: by day, or by week where there are too many to tell apart. */
import { count, money, utcDay } from "../../parts/format.ts";
import type { Overview } from "./overview-queries.ts";

export interface DayStep {
  /** A UTC day; of a week its Monday. */
  readonly start: string;
  readonly label: string;
  readonly cost: number;
  readonly calls: number;
  readonly errors: number;
}

export type DayMeasure = "cost" | "calls" | "errors";

const DAYS_MOST = 100;
const DAY_MS = 86_400_000;

export function dayStepsOf(days: Overview["by_day"]): {
  readonly step: "day" | "week";
  readonly steps: readonly DayStep[];
} {
  const step = days.length > DAYS_MOST ? "week" : "day";
  const groups = Map.groupBy(days, ({ day }) => (step === "week" ? mondayOf(day) : day));
  const steps = [...groups].map(([start, rows]) => ({
    start,
    label: utcDay(start),
    cost: sumOf(rows, "cost"),
    calls: sumOf(rows, "calls"),
    errors: sumOf(rows, "errors"),
  }));
  return { step, steps };
}

/** To the nano-dollar, which binary sums of decimal dollars miss in the sixteenth place. */
export function sumOf<Name extends string>(
  rows: readonly Readonly<Record<Name, number>>[],
  name: Name,
): number {
  return Math.round(rows.reduce((sum, row) => sum + row[name], 0) * 1e9) / 1e9;
}

function mondayOf(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  const sinceMonday = (new Date(at).getUTCDay() + 6) % 7;
  return new Date(at - sinceMonday * DAY_MS).toISOString().slice(0, 10);
}

const NAMES: Readonly<Record<DayMeasure, string>> = {
  cost: "Provider cost",
  calls: "Calls",
  errors: "Failed calls",
};

/** What a chart shows, for those who do not see it. */
export function daysSentence(
  measure: DayMeasure,
  { step, steps }: ReturnType<typeof dayStepsOf>,
): string {
  const [first, last] = [steps[0], steps.at(-1)];
  if (first === undefined || last === undefined) return `${NAMES[measure]}: no days`;
  const written = measure === "cost" ? money : count;
  const highest = steps.reduce((most, each) => (each[measure] > most[measure] ? each : most));
  const together = written(sumOf(steps, measure));
  return `${NAMES[measure]} by ${step}, ${first.label} to ${last.label}: ${together} together, at most ${written(highest[measure])} (${highest.label})`;
}
