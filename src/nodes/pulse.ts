/** Does a round of work at once, and again and again, or sooner when woken; one at a time, none of them for ever. */
import { within } from "./within.ts";

export interface Pulse {
  /** Another round follows at once: the one that runs may have looked too early. */
  wake(): void;
  /** No further round; resolves when the present one has ended or was given up. */
  stop(): Promise<void>;
}

/**
 * A round that takes longer than `limitMs` is given up: it may still end later, beside the next one. Of rounds that fail
 * in a row the first is reported; the next comes all the same.
 */
export function pulse(options: {
  readonly round: () => Promise<void>;
  readonly everyMs: number;
  readonly limitMs: number;
  readonly onFault: (fault: unknown) => void;
}): Pulse {
  const { round, everyMs, limitMs, onFault } = options;
  let isStopped = false;
  let isWoken = false;
  let isFailing = false;
  let endPause: () => void = () => undefined;

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
        await within(limitMs, round());
        isFailing = false;
      } catch (fault) {
        if (!isFailing && !isStopped) onFault(fault);
        isFailing = true;
      }
      await pause();
    }
  };
  const running = run();
  return {
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
