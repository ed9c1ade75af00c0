/** Finds the fewest of a failing run's actions that still break a promise, and tells their story. */
import { type RunOptions, type RunResult, runSeed } from "./run.ts";

/**
 * From none upwards, so that the first one that fails is the shortest; a run is a hundredth of a second. Another promise
 * than the first one may be what breaks then.
 */
export async function shortestPrefix(options: RunOptions, failed: RunResult): Promise<RunResult> {
  for (let prefix = 0; prefix < failed.actions; prefix += 1) {
    const result = await runSeed({ ...options, prefix, told: true });
    if (result.violation !== null) return result;
  }
  return runSeed({ ...options, prefix: failed.actions, told: true });
}
