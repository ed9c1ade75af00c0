/** When a limit's cap will be reached at this rate, where that is before its window ends. */
import { DAY_MS, type Instant, instant } from "../instant.ts";
import type { Period } from "../periods/period.ts";
import { type DayAmount, project } from "./project.ts";

export interface CapQuestion {
  /** In any whole unit, as are `used` and the days. */
  readonly cap: bigint;
  /** In the window so far. */
  readonly used: bigint;
  readonly window: Period;
  readonly now: Instant;
  /** UTC days on which anything was used, as many as a projection looks at, today's too. */
  readonly days: readonly DayAmount[];
}

export interface CapReached {
  /** At the window's end, at this rate. */
  readonly projected: bigint;
  readonly at: Instant;
}

/** Of a window that has only begun, a projection says little: so many parts of a hundred must be over. */
const WINDOW_PERCENT_LEAST = 10;
/** Use on fewer days than these is no rate. */
const DAYS_OF_USE_LEAST = 3;

/**
 * By the same projection as the dashboard's: the two never contradict each other. null: it is not reached in this window at
 * that rate, it has been reached, or there is too little to tell by.
 */
export function reachCap({ cap, used, window, now, days }: CapQuestion): CapReached | null {
  const left = cap - used;
  if (left <= 0n || now >= window.end) return null;
  if ((now - window.start) * 100 < (window.end - window.start) * WINDOW_PERCENT_LEAST) return null;
  if (days.filter(({ amount }) => amount > 0n).length < DAYS_OF_USE_LEAST) return null;
  const today = now - (now % DAY_MS);
  const before = days.filter(({ day }) => day < today);
  const { projected } = project({ period: window, now, used, days: before });
  const more = projected - used;
  if (more < left) return null;
  const time = BigInt(window.end - now);
  const at = instant(now + Number((left * time + more - 1n) / more));
  return at < window.end ? { projected, at } : null;
}
