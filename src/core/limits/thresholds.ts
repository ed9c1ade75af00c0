/** Which percentages of a cap are watched, which have been reached, and which of those deserves an alert. */
import type { Limit } from "./limit.ts";

/** Percent of the cap. */
export const DEFAULT_THRESHOLDS: readonly number[] = [80, 90, 100];

/** Where a hard limit refuses from: its customer is always told. */
const REACHED = 100;

/**
 * At which percentages a limit alerts, ascending: its own, else its customer's wish, else the plan's, else the usual ones;
 * a hard limit at 100 in any case. One of a window under a day alerts only where it says at what itself.
 */
export function thresholdsOf(
  { per, alertAt, atCap }: Pick<Limit, "per" | "alertAt" | "atCap">,
  of: { readonly customer?: readonly number[]; readonly plan?: readonly number[] } = {},
): readonly number[] {
  const isShort = per === "hour" || per === "minute";
  if (isShort && (alertAt === undefined || alertAt.length === 0)) return [];
  const wanted = alertAt ?? of.customer ?? of.plan ?? DEFAULT_THRESHOLDS;
  if (atCap === "allow" || wanted.includes(REACHED)) return wanted;
  return [...wanted, REACHED].sort((one, other) => one - other);
}

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
