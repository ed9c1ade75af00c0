/** How fast calls were answered and how many failed, from sums that can be added up. */
import { type LatencyCount, latencyAt } from "../core/latency-histogram.ts";
import { percent } from "./usage-percentages.ts";

/** So many events of a model took so long. */
export interface LatencySum extends LatencyCount {
  readonly provider: string;
  readonly model: string;
}

/** What a model's use came to; `cost` is nano-dollars. */
export interface ModelSum {
  readonly provider: string;
  readonly model: string;
  readonly events: number;
  readonly failed: number;
  readonly calls: number;
  readonly tokens: number;
  readonly cost: bigint;
}

export interface PerformanceFigures {
  /** Half of the calls took at most so long, in milliseconds, right within 10 %. null: none was measured. */
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
  /** Percent of the events, one decimal. */
  readonly error_rate: number;
  readonly events: number;
  /** Events with a latency: percentiles are of these. */
  readonly measured: number;
}

type Outcomes = Pick<ModelSum, "events" | "failed">;

export function performanceFigures(
  latencies: readonly LatencyCount[],
  outcomes: readonly Outcomes[],
): PerformanceFigures {
  const events = total(outcomes, (sum) => sum.events);
  const failed = total(outcomes, (sum) => sum.failed);
  return {
    p50_ms: latencyAt(0.5, latencies),
    p95_ms: latencyAt(0.95, latencies),
    p99_ms: latencyAt(0.99, latencies),
    error_rate: percent(BigInt(failed), BigInt(events)),
    events,
    measured: total(latencies, (count) => count.events),
  };
}

type Named = Pick<ModelSum, "provider" | "model">;

export interface NamedFigures extends PerformanceFigures {
  readonly provider?: string;
  readonly model?: string;
}

/** The figures of each name, the busiest first. */
export function figuresBy(
  by: "provider" | "model" | "provider_model",
  latencies: readonly LatencySum[],
  outcomes: readonly (Named & Outcomes)[],
): NamedFigures[] {
  const nameOf = ({ provider, model }: Named): Partial<Named> => {
    if (by === "provider") return { provider };
    return by === "model" ? { model } : { provider, model };
  };
  const keyOf = (named: Named): string => JSON.stringify(nameOf(named));
  const latenciesOf = Map.groupBy(latencies, keyOf);
  const outcomesOf = Map.groupBy(outcomes, keyOf);
  return [...new Set([...latenciesOf.keys(), ...outcomesOf.keys()])]
    .map((key) => ({
      ...(JSON.parse(key) as Partial<Named>),
      ...performanceFigures(latenciesOf.get(key) ?? [], outcomesOf.get(key) ?? []),
    }))
    .sort((a, b) => b.events - a.events);
}

function total<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}
