/** What is kept of old months: how they leave on each database, and in what files they are then. */
import type { Instant } from "../core/instant.ts";
import type { DetachMonth } from "../ledger/month-to-detach.ts";

export interface Months {
  /** Takes a month of events out, one at a time. Throws `conflict` while another one leaves. */
  readonly detach: DetachMonth;
  /** The start of the earliest month that has events; null: none has. */
  first(): Promise<Instant | null>;
  /**
   * Ends what was begun and interrupted. `dueBefore`: months that end by then are to be in archives and nowhere else;
   * null: they are kept as they are.
   */
  goOn(of: {
    readonly now: Instant;
    readonly dueBefore: Instant | null;
    readonly signal?: AbortSignal;
  }): Promise<void>;
}
