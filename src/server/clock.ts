/** Ledger time: the process's clock, or a test clock that stands still until it is set. */
import { type Instant, instant } from "../core/instant.ts";

export interface LedgerClock {
  now(): Instant;
  /** Stops the clock at that instant (earlier ones too). */
  set(at: Instant): void;
}

export function createClock(): LedgerClock {
  let stopped: Instant | null = null;
  return {
    now: () => stopped ?? instant(Date.now()),
    set(at) {
      stopped = at;
    },
  };
}
