/** Compares what models cost with the period before, up to the same point of it. */

export interface Stepped {
  readonly name: string;
  readonly cost: number;
  readonly series?: { readonly cost: readonly number[] } | undefined;
}

export interface Change {
  /** Percent; null: nothing was spent on it then. */
  readonly percent: number | null;
  /** What it had cost by then, in US dollars. */
  readonly before: number;
}

/** How far into a period's days it is: whole steps, and the part of the one that goes on. */
export interface Progress {
  readonly wholeSteps: number;
  readonly part: number;
}

const DAY_MS = 86_400_000;

/** null: it is over, so that all of the period before compares with all of it. */
export function progressOf(of: {
  readonly start: number;
  readonly end: number;
  readonly now: number;
}): Progress | null {
  const { start, end, now } = of;
  if (now >= end) return null;
  const firstDay = start - (start % DAY_MS);
  const today = now - (now % DAY_MS);
  const began = Math.max(today, start);
  return {
    wholeSteps: Math.max(0, Math.round((today - firstDay) / DAY_MS)),
    part: (now - began) / (today + DAY_MS - began),
  };
}

/** By name. A day that goes on is compared with as large a part of its like. */
export function changesOf(
  rows: readonly Stepped[],
  before: readonly Stepped[],
  progress: Progress | null,
): ReadonlyMap<string, Change> {
  const earlier = new Map(before.map((row) => [row.name, costUpTo(row, progress)]));
  return new Map(rows.map(({ name, cost }) => [name, changeOf(cost, earlier.get(name) ?? 0)]));
}

/** Of all rows together. */
export function wholeChange(
  rows: readonly Stepped[],
  before: readonly Stepped[],
  progress: Progress | null,
): Change {
  const sum = (costs: readonly number[]): number => costs.reduce((one, other) => one + other, 0);
  return changeOf(
    sum(rows.map(({ cost }) => cost)),
    sum(before.map((row) => costUpTo(row, progress))),
  );
}

function changeOf(cost: number, before: number): Change {
  return { before, percent: before <= 0 ? null : ((cost - before) / before) * 100 };
}

function costUpTo({ cost, series }: Stepped, progress: Progress | null): number {
  if (progress === null || series === undefined) return cost;
  const whole = series.cost.slice(0, progress.wholeSteps).reduce((sum, each) => sum + each, 0);
  return whole + (series.cost[progress.wholeSteps] ?? 0) * progress.part;
}
