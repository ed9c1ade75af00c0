/** Turns a breakdown into what the chart draws: few series, the rest as one, in steps that can be told apart. */
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import { utcDate, utcDay, utcHour, utcMonth } from "../../parts/format.ts";
import { providerColour, seriesColour } from "../../parts/provider-colours.ts";
import type { Dimension, Measure, Step } from "./asked-usage.ts";
import type { Breakdown, BreakdownRow } from "./usage-query.ts";

export interface ChartedSeries {
  /** Names may hold dots, which the chart would read as paths. */
  readonly key: string;
  readonly label: string;
  readonly colour: string;
  /** null: all the names that have no series of their own. */
  readonly row: BreakdownRow | null;
}

export interface ChartedStep {
  /** A date, or a time where the steps are hours. */
  readonly start: string;
  readonly label: string;
  /** One for each series. */
  readonly values: readonly number[];
  readonly total: number;
}

export interface Charted {
  readonly series: readonly ChartedSeries[];
  readonly steps: readonly ChartedStep[];
}

/** As many as there are colours to tell apart, the last being the rest's. */
const SERIES_MOST = 7;
const REST_COLOUR = 7;
/** Beyond this many names the API adds the rest up as one row of this name. */
const ROWS_MOST = 50;

export function charted(
  { rows, steps, by }: Breakdown,
  { measure, step }: { readonly measure: Measure; readonly step: Step },
): Charted {
  const groups = groupsOf(step, steps);
  const kept = ranked(rows, measure).slice(0, SERIES_MOST);
  const rest = rows.filter((row) => !kept.includes(row));
  const series = kept.map((row, place) => ({
    key: `s${place}`,
    label: rowLabel(by, row),
    colour: colourOf(by, row, place),
    row,
  }));
  const parts = [...kept.map((row) => [row]), ...(rest.length === 0 ? [] : [rest])];
  return {
    series: rest.length === 0 ? series : [...series, restOf(rest)],
    steps: groups.map(({ start, places }) => {
      const values = parts.map((part) => sumOf(part, measure, places));
      return { start, label: stepLabel(step, start), values, total: whole(values) };
    }),
  };
}

/** The largest first; the API's own row for the rest is never one of them. */
function ranked(rows: readonly BreakdownRow[], measure: Measure): BreakdownRow[] {
  return rows
    .filter((row) => row[measure] > 0 && !isRest(row, rows))
    .sort((one, other) => other[measure] - one[measure]);
}

export function isRest(row: BreakdownRow, rows: readonly BreakdownRow[]): boolean {
  return rows.length >= ROWS_MOST - 1 && row.name === "other" && row === rows.at(-1);
}

/** Names that one can ask for: not what has none, and not the API's row for the rest. */
export function namesOf(rows: readonly BreakdownRow[]): string[] {
  return rows.filter((row) => row.name !== "" && !isRest(row, rows)).map(({ name }) => name);
}

export function rowLabel(by: Dimension, { name, title }: BreakdownRow): string {
  if (name === "") return by === "key" ? "Without a key" : `No ${by}`;
  if (by === "key") return title ?? name;
  return by === "provider" ? providerTitle(name) : name;
}

/** Of the models of one provider, or of keys: by place. A provider has its own everywhere. */
function colourOf(by: Dimension, { name }: BreakdownRow, place: number): string {
  return by === "provider" ? providerColour(name) : seriesColour(place);
}

function restOf(rest: readonly BreakdownRow[]): ChartedSeries {
  const label = rest.length === 1 ? "1 other" : `${rest.length} others`;
  return { key: "rest", label, colour: seriesColour(REST_COLOUR), row: null };
}

/** Weeks begin on Mondays. */
function groupsOf(step: Step, steps: readonly string[]) {
  const groups = new Map<string, number[]>();
  for (const [place, start] of steps.entries()) {
    const group = groupStart(step, start);
    const places = groups.get(group);
    if (places === undefined) groups.set(group, [place]);
    else places.push(place);
  }
  return [...groups].map(([start, places]) => ({ start, places }));
}

function groupStart(step: Step, start: string): string {
  if (step === "month") return `${start.slice(0, 7)}-01`;
  if (step !== "week") return start;
  const day = new Date(start.slice(0, 10));
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}

function stepLabel(step: Step, start: string): string {
  if (step === "hour") return utcHour(start);
  if (step === "week") return utcDate(start);
  return step === "month" ? utcMonth(start) : utcDay(start);
}

function sumOf(rows: readonly BreakdownRow[], measure: Measure, places: readonly number[]): number {
  return whole(rows.flatMap(({ series }) => places.map((place) => series?.[measure][place] ?? 0)));
}

const NANO = 1_000_000_000;

/** Binary sums of decimal dollars are off in the sixteenth place; to the nano-dollar they are exact. */
function whole(values: readonly number[]): number {
  return Math.round(values.reduce((sum, value) => sum + value, 0) * NANO) / NANO;
}
