/** How long a delivery that failed waits for its next attempt, and when it is given up. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../instant.ts";

/** About three days from the first to the last. */
export const ATTEMPTS_MOST = 14;

/** After the first attempt, the second, and so on; after the later ones as after the last that is named. */
const PAUSES_MS: readonly number[] = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
  12 * HOUR_MS,
];
/** Of the pause, either way: receivers that failed together are not asked together again. */
const JITTER = 0.2;
const ASKED_PAUSE_MS_MOST = DAY_MS;

/**
 * The pause in milliseconds after so many attempts, 1 and more; null: that was the last one. `chance` is from 0 up to 1.
 * A receiver that asks for a longer pause (`retryAfterMs`) gets it, up to a day.
 */
export function pauseAfter(
  attempts: number,
  { chance, retryAfterMs = 0 }: { readonly chance: number; readonly retryAfterMs?: number },
): number | null {
  if (attempts >= ATTEMPTS_MOST) return null;
  const at = Math.min(Math.max(attempts, 1), PAUSES_MS.length) - 1;
  const usual = PAUSES_MS[at] ?? 0;
  const jittered = Math.round(usual * (1 - JITTER + 2 * JITTER * chance));
  return Math.max(jittered, Math.min(Math.ceil(retryAfterMs), ASKED_PAUSE_MS_MOST));
}
