/** Every few seconds, ends the holds that are due; one run at a time, each bounded. */

export interface Sweeper {
  /** No further run; resolves when the present one has ended. */
  stop(): Promise<void>;
}

/**
 * `sweep` ends one bounded portion and resolves with how many; while there is more, the next portion follows at once.
 * A run that fails is reported and tried again at the next turn.
 */
export function startSweeper(options: {
  readonly sweep: () => Promise<number>;
  readonly everyMs: number;
  readonly onFault: (fault: unknown) => void;
}): Sweeper {
  const { sweep, everyMs, onFault } = options;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const run = async (): Promise<void> => {
    try {
      for (let portion = 0; portion < PORTIONS_MOST && !stopped; portion += 1) {
        if ((await sweep()) === 0) break;
      }
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

/** Then calls waiting for the writer get their turn until the next run. */
const PORTIONS_MOST = 20;
