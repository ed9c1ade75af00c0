/** Every few seconds, ends the holds that are due; one run at a time, each bounded. */
import { type Repeating, repeat } from "./repeat.ts";

/** Then calls waiting for the writer get their turn until the next run. */
const PORTIONS_MOST = 20;

/**
 * `sweep` ends one bounded portion and resolves with how many; while there is more, the next portion follows at once.
 * A run that fails is reported and tried again at the next turn.
 */
export function startSweeper(options: {
  readonly sweep: () => Promise<number>;
  readonly everyMs: number;
  /** Is it this node's work now? Left out: always. */
  readonly mayRun?: () => boolean;
  readonly onFault: (fault: unknown) => void;
}): Repeating {
  const { sweep, everyMs, mayRun = () => true, onFault } = options;
  return repeat({
    everyMs,
    mayRun,
    onFault,
    async round(isStopped) {
      for (let portion = 0; portion < PORTIONS_MOST && !isStopped(); portion += 1) {
        if ((await sweep()) === 0) break;
      }
    },
  });
}
