/** Runs many seeds on all cores: child processes that are given some seeds at a time, and tell what they found. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Seeds given to a child at a time: a second or two of work. */
const PORTION = 100;
/** More would only repeat what is known by then. */
const FAILURES_MOST = 5;

export interface Portion {
  readonly from: number;
  readonly count: number;
}

export interface PortionResult {
  readonly seeds: number;
  readonly steps: number;
  /** As `reportOf` words them. */
  readonly failures: readonly string[];
}

export interface CrewResult {
  seeds: number;
  steps: number;
  readonly failures: string[];
}

/** Resolves when all seeds are run, or some have failed. Rejects where a child dies. */
export async function runCrew(options: {
  readonly from: number;
  readonly seeds: number;
  readonly workers: number;
  readonly onProgress: (soFar: CrewResult) => void;
  /** Words for each failure, as it is found. */
  readonly onFailure: (words: string) => void;
}): Promise<CrewResult> {
  const { from, seeds, workers, onProgress, onFailure } = options;
  const result: CrewResult = { seeds: 0, steps: 0, failures: [] };
  let given = 0;
  const next = (): Portion | null => {
    if (given >= seeds || result.failures.length >= FAILURES_MOST) return null;
    const portion = { from: from + given, count: Math.min(PORTION, seeds - given) };
    given += portion.count;
    return portion;
  };
  const take = (done: PortionResult): void => {
    result.seeds += done.seeds;
    result.steps += done.steps;
    result.failures.push(...done.failures);
    for (const failure of done.failures) onFailure(failure);
    onProgress(result);
  };
  const children = Math.min(workers, Math.ceil(seeds / PORTION));
  await Promise.all(Array.from({ length: children }, () => employ(next, take)));
  return result;
}

function employ(next: () => Portion | null, take: (done: PortionResult) => void): Promise<void> {
  const child: ChildProcess = fork(fileURLToPath(new URL("crew-member.ts", import.meta.url)));
  return new Promise((resolve, reject) => {
    const give = (): void => {
      const portion = next();
      if (portion === null) child.disconnect();
      else child.send(portion);
    };
    child.on("message", (done: PortionResult) => {
      take(done);
      give();
    });
    child.on("exit", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`A child process ended with ${code}.`));
    });
    give();
  });
}
