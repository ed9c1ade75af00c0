/** How many of a batch's events took how long, by customer, day and model: what the histograms rise by. */
import { DAY_MS, type Instant } from "../../core/instant.ts";
import { latencyBucket } from "../../core/latency-histogram.ts";
import type { Place } from "./draft.ts";
import type { LatencyDelta } from "./rows.ts";

export class LatencyCounts {
  private readonly deltas = new Map<string, LatencyDelta>();

  /** Counts a new event. One whose answer was never seen (0 ms) says nothing of how long calls take. */
  count(place: Place, latencyMs: number): void {
    if (latencyMs <= 0) return;
    const { customerId, starts, scope } = place;
    const day = (place.at - (place.at % DAY_MS)) as Instant;
    const { provider, model } = scope;
    const bucket = latencyBucket(latencyMs);
    const key = JSON.stringify([customerId, starts.period, day, provider, model, bucket]);
    const known = this.deltas.get(key);
    if (known !== undefined) {
      known.events += 1;
      return;
    }
    const periodStart = starts.period;
    this.deltas.set(key, { customerId, periodStart, day, provider, model, bucket, events: 1 });
  }

  rows(): LatencyDelta[] {
    return [...this.deltas.values()];
  }
}
