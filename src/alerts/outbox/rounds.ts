/** Rounds of work: one at a time, with a pause between them that being woken ends. */

export interface Rounds {
  start(): void;
  /** Another round follows at once: the one that runs may have looked too early. */
  wake(): void;
  /** No further round; resolves when the present one has ended. */
  stop(): Promise<void>;
}

/** Of rounds that fail in a row the first is reported; the next comes all the same. */
export function createRounds(options: {
  readonly round: () => Promise<unknown>;
  readonly everyMs: number;
  readonly onFault: (fault: unknown) => void;
}): Rounds {
  const { round, everyMs, onFault } = options;
  let isStopped = false;
  let isWoken = false;
  let isFailing = false;
  let endPause: () => void = () => undefined;
  let running: Promise<void> = Promise.resolve();

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      if (isStopped || isWoken) return resolve();
      const timer = setTimeout(resolve, everyMs);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async (): Promise<void> => {
    while (!isStopped) {
      isWoken = false;
      try {
        await round();
        isFailing = false;
      } catch (fault) {
        if (!isFailing && !isStopped) onFault(fault);
        isFailing = true;
      }
      await pause();
    }
  };
  return {
    start() {
      running = run();
    },
    wake() {
      isWoken = true;
      endPause();
    },
    stop() {
      isStopped = true;
      endPause();
      return running;
    },
  };
}

/** One work at a time, in the order asked for. */
export function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
