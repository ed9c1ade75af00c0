/** Once an hour, removes what was told more than 90 days ago. */
import { retireTold } from "../alerts/outbox/retire-told.ts";
import { HOUR_MS, type Instant } from "../core/instant.ts";
import type { Store } from "../store/store.ts";
import { type Repeating, repeat } from "./repeat.ts";

/** Of several nodes two at once do no harm. */
export function startRetireTold(options: {
  readonly store: Store;
  readonly clock: { now(): Instant };
  readonly everyMs?: number;
  /** Is it this node's work now? Left out: always. */
  readonly mayRun?: () => boolean;
  readonly onFault: (fault: unknown) => void;
}): Repeating {
  const { store, clock, everyMs = HOUR_MS, mayRun = () => true, onFault } = options;
  return repeat({
    everyMs,
    mayRun,
    onFault,
    round: (isStopped) => retireTold({ store, now: clock.now() }, isStopped),
  });
}
