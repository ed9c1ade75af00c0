/** How each of the operator's objectives stands over its own last days. */
import type { Instant } from "../core/instant.ts";
import { eventsWithin } from "../core/latency-histogram.ts";
import {
  type Objective,
  type ObjectiveCount,
  type ObjectiveStanding,
  standingOf,
} from "../core/objectives/objective.ts";
import { lastDays } from "./day-range.ts";
import type { DeploymentDays, OfDay } from "./deployment-days.ts";
import type { LatencySum, ModelSum } from "./performance-figures.ts";

/** In the order of `objectives`. Each day is read once, however many objectives look at it. */
export async function readStandings(
  days: DeploymentDays,
  objectives: readonly Objective[],
  now: Instant,
): Promise<ObjectiveStanding[]> {
  const longest = (kind: Objective["kind"]): number =>
    Math.max(0, ...objectives.filter((each) => each.kind === kind).map((each) => each.windowDays));
  const [latencyDays, modelDays] = await Promise.all([
    days.latencies(lastDays(longest("latency"), now), now),
    days.models(lastDays(longest("errors"), now), now),
  ]);
  return objectives.map((objective) => {
    const { from } = lastDays(objective.windowDays, now);
    const count =
      objective.kind === "latency"
        ? latencyCount(within(latencyDays, from, objective), objective.thresholdMs)
        : errorCount(within(modelDays, from, objective));
    return standingOf(objective, count);
  });
}

/** The rows that an objective looks at. */
function within<Row extends { readonly provider: string; readonly model: string }>(
  days: readonly OfDay<Row>[],
  from: Instant,
  { provider, model }: Objective,
): Row[] {
  return days
    .filter(({ day }) => day >= from)
    .flatMap(({ rows }) => rows)
    .filter((row) => provider === undefined || row.provider === provider)
    .filter((row) => model === undefined || row.model === model);
}

function latencyCount(rows: readonly LatencySum[], thresholdMs: number): ObjectiveCount {
  return {
    events: rows.reduce((sum, { events }) => sum + events, 0),
    good: eventsWithin(thresholdMs, rows),
  };
}

function errorCount(rows: readonly ModelSum[]): ObjectiveCount {
  const events = rows.reduce((sum, row) => sum + row.events, 0);
  return { events, good: rows.reduce((sum, row) => sum + row.events - row.failed, 0) };
}
