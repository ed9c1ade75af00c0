/** How fast the deployment's calls were answered, and how many failed, over a range of days. */
import type { Instant } from "../core/instant.ts";
import { type DayRange, rangeText } from "./day-range.ts";
import type { DeploymentDays } from "./deployment-days.ts";
import {
  figuresBy,
  type NamedFigures,
  type PerformanceFigures,
  performanceFigures,
} from "./performance-figures.ts";

export type PerformanceBy = "provider" | "model" | "provider_model";

export interface DeploymentPerformance {
  /** `YYYY-MM-DD`; `to` is exclusive. */
  readonly from: string;
  readonly to: string;
  readonly by: PerformanceBy;
  readonly all: PerformanceFigures;
  readonly performance: NamedFigures[];
}

export async function readPerformance(
  days: DeploymentDays,
  wanted: { readonly range: DayRange; readonly by: PerformanceBy; readonly now: Instant },
): Promise<DeploymentPerformance> {
  const { range, by, now } = wanted;
  const [latencyDays, modelDays] = await Promise.all([
    days.latencies(range, now),
    days.models(range, now),
  ]);
  const latencies = latencyDays.flatMap(({ rows }) => rows);
  const outcomes = modelDays.flatMap(({ rows }) => rows);
  return {
    ...rangeText(range),
    by,
    all: performanceFigures(latencies, outcomes),
    performance: figuresBy(by, latencies, outcomes),
  };
}
