/** Does a work again and again while it is wanted, and sooner where something is known to have happened. */

export interface Clockwork {
  start(): void;
  hurry(): void;
  stop(): void;
}

export function createClockwork(of: {
  /** What it throws goes to `fault`: once, until it succeeds again. */
  readonly work: () => Promise<void>;
  readonly isWanted: () => boolean;
  readonly everyMs: number;
  /** At least so long between two, however hurried. */
  readonly hurriedMs: number;
  readonly fault: (cause: unknown) => void;
}): Clockwork {
  let timer: NodeJS.Timeout | null = null;
  let isWorking = false;
  let isHurried = false;
  let isFailing = false;
  let isStopped = false;

  const run = async (): Promise<void> => {
    timer = null;
    isWorking = true;
    isHurried = false;
    try {
      await of.work();
      isFailing = false;
    } catch (cause) {
      if (!isFailing) of.fault(cause);
      isFailing = true;
    }
    isWorking = false;
    if (of.isWanted()) runIn(isHurried && !isFailing ? of.hurriedMs : of.everyMs);
  };
  const runIn = (ms: number): void => {
    if (timer !== null) clearTimeout(timer);
    timer = isStopped ? null : setTimeout(() => void run(), ms).unref();
  };
  return {
    start() {
      if (timer === null && !isWorking) runIn(of.everyMs);
    },
    hurry() {
      const isComing = isHurried;
      isHurried = true;
      if (!isWorking && !isComing && !isFailing) runIn(of.hurriedMs);
    },
    stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
