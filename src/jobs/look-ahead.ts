/** Every five minutes, looks for alerts that no single call brings about: at this rate, a sudden rise, failing calls. */
import { type LookAheadPorts, lookAhead } from "../alerts/look-ahead/look-ahead.ts";
import { type Repeating, repeat } from "./repeat.ts";

/** What it finds is told once, so of several nodes two at once do no harm. */
export function startLookAhead(
  options: LookAheadPorts & {
    readonly everyMs: number;
    /** Is it this node's work now? Left out: always. */
    readonly mayRun?: () => boolean;
    readonly onFault: (fault: unknown) => void;
  },
): Repeating {
  const { everyMs, mayRun = () => true, onFault } = options;
  return repeat({
    everyMs,
    mayRun,
    onFault,
    round: (isStopped) => lookAhead(options, isStopped),
  });
}
