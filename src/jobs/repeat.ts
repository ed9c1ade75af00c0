/** Repeats a round of work: one at a time, with a pause between them, until it is told to stop. */

export interface Repeating {
  /** No further round; resolves when the present one has ended. */
  stop(): Promise<void>;
}

/**
 * `round` should look at `isStopped` between its portions. What it throws is reported; the next round comes all the same.
 * While `mayRun` says no, the work is another node's: no round begins, and one that runs is told to stop.
 */
export function repeat(options: {
  readonly round: (isStopped: () => boolean) => Promise<void>;
  readonly everyMs: number;
  readonly mayRun?: () => boolean;
  readonly onFault: (fault: unknown) => void;
}): Repeating {
  const { round, everyMs, mayRun = () => true, onFault } = options;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    try {
      if (mayRun()) await round(() => stopped || !mayRun());
    } catch (fault) {
      onFault(fault);
    }
    if (!stopped) wait();
  };
  const wait = (): void => {
    timer = setTimeout(() => {
      running = run();
    }, everyMs);
  };
  wait();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
