/** The process's idea of ledger time: its own clock, the database's that it follows, or a test clock that stands still until it is set. */
import { type Instant, instant } from "../core/instant.ts";

export interface LedgerClock {
  now(): Instant;
  /** Stops the clock at that instant (earlier ones too). */
  set(at: Instant): void;
  /** The database's clock is that far ahead of this machine's, in milliseconds (negative: behind). */
  follow(aheadMs: number): void;
}

/** On PostgreSQL calls happen at the database's time; what follows it here is for reports and for keys that expire. */
export function createClock(): LedgerClock {
  let stopped: Instant | null = null;
  let aheadMs = 0;
  return {
    now: () => stopped ?? instant(Date.now() + aheadMs),
    set(at) {
      stopped = at;
    },
    follow(ahead) {
      aheadMs = ahead;
    },
  };
}
