/** Which percentages of a cap have been reached, and which of them deserves an alert. */

/** Percent of the cap. */
export const DEFAULT_THRESHOLDS: readonly number[] = [80, 90, 100];

/**
 * The thresholds (whole percent) that `used` has reached, ascending. A cap of nothing is reached by the first use,
 * not before it: a plan that allows none of something is not alarmed about it from the start.
 */
export function thresholdsReached(of: {
  readonly used: bigint;
  readonly cap: bigint;
  readonly thresholds: readonly number[];
}): number[] {
  if (of.used <= 0n) return [];
  return of.thresholds
    .filter((threshold) => of.used * 100n >= of.cap * BigInt(threshold))
    .sort((a, b) => a - b);
}

/**
 * One alert for the highest threshold that has had none; lower ones without one are covered by it, or by a higher
 * one that was marked before.
 */
export function highestNew(of: {
  readonly reached: readonly number[];
  readonly marked: readonly number[];
}): { alert: number | null; covered: number[] } {
  const missing = of.reached.filter((threshold) => !of.marked.includes(threshold));
  const highest = Math.max(...missing);
  const alert = missing.length > 0 && of.marked.every((threshold) => threshold < highest);
  return {
    alert: alert ? highest : null,
    covered: missing.filter((threshold) => !alert || threshold !== highest),
  };
}
