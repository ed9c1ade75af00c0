/** A histogram of latencies whose parts can be added up: any percentile of it is right within 10 %. */

/** Four steps double: each step's end is 2^(1/4) times its start, 19 % apart, and its middle is within 9.1 % of all of it. */
const STEPS_PER_DOUBLING = 4;
/** 24 hours; what takes longer is counted as that. */
const LATENCY_MS_MOST = 86_400_000;

/** How many events fell in a step. */
export interface LatencyCount {
  readonly bucket: number;
  readonly events: number;
}

/** The step that a latency of whole milliseconds falls in: 0 for up to 1 ms. */
export function latencyBucket(ms: number): number {
  if (ms <= 1) return 0;
  return Math.ceil(STEPS_PER_DOUBLING * Math.log2(Math.min(ms, LATENCY_MS_MOST)));
}

/** The latency that stands for a step: the geometric middle of it, in milliseconds. */
export function latencyOfBucket(bucket: number): number {
  return bucket === 0 ? 1 : 2 ** ((bucket - 0.5) / STEPS_PER_DOUBLING);
}

/**
 * The latency that `share` (0.5, 0.95, 0.99 …) of the events do not exceed, in whole milliseconds; null without events.
 * Counts of the same step, of different hours or models, are simply given one after the other.
 */
export function latencyAt(share: number, counts: readonly LatencyCount[]): number | null {
  const byBucket = new Map<number, number>();
  let total = 0;
  for (const { bucket, events } of counts) {
    byBucket.set(bucket, (byBucket.get(bucket) ?? 0) + events);
    total += events;
  }
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (const [bucket, events] of [...byBucket].sort(([a], [b]) => a - b)) {
    seen += events;
    if (seen >= rank) return Math.round(latencyOfBucket(bucket));
  }
  return null;
}

/** How many of the events took at most `ms`, as far as the steps tell: a step counts where its middle does. */
export function eventsWithin(ms: number, counts: readonly LatencyCount[]): number {
  return counts.reduce(
    (sum, { bucket, events }) => (latencyOfBucket(bucket) <= ms ? sum + events : sum),
    0,
  );
}
