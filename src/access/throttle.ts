/** Slows down who asks too often: a bucket of requests for each name, refilled with time. */
import { LRUCache } from "lru-cache";

const NAMES_REMEMBERED = 10_000;

export interface Throttle {
  /** Takes one from the bucket of `name` (`nowMs`: real time). false: it is empty. */
  take(name: string, nowMs: number): boolean;
}

export function createThrottle(rate: { burst: number; perSecond: number }): Throttle {
  const buckets = new LRUCache<string, { left: number; atMs: number }>({ max: NAMES_REMEMBERED });
  return {
    take(name, nowMs) {
      const bucket = buckets.get(name) ?? { left: rate.burst, atMs: nowMs };
      const refilled = bucket.left + ((nowMs - bucket.atMs) / 1_000) * rate.perSecond;
      const left = Math.min(rate.burst, refilled) - 1;
      buckets.set(name, { left: Math.max(left, 0), atMs: nowMs });
      return left >= 0;
    },
  };
}
