/** Sets the test clock, and does what the clock owes by then. */
import { lookAhead } from "../alerts/look-ahead/look-ahead.ts";
import { retireTold } from "../alerts/outbox/retire-told.ts";
import type { Instant } from "../core/instant.ts";
import { renewDue } from "../jobs/renew-subscriptions.ts";
import { retireDue } from "../jobs/retire-months.ts";
import type { Parts } from "./open-parts.ts";

/** Resolves once the jobs due by then have run; what they tell of has then been sent, or tried. */
export function clockSetter(
  parts: Parts,
  of: {
    readonly askDue: () => Promise<void>;
    readonly runDue: () => Promise<void>;
    readonly fault: (cause: unknown, during: string) => void;
  },
): (at: Instant) => Promise<void> {
  const { store, clock, subscriptions, months, config } = parts;
  return async (at) => {
    clock.set(at);
    // Before the sweep, which would end what a provider has answered in time.
    await of.askDue();
    await parts.sweep();
    await renewDue({
      store,
      clock,
      subscriptions,
      onFault: (cause) => of.fault(cause, "renewing subscriptions"),
    });
    await lookAhead(parts);
    await of.runDue();
    await retireTold({ store, now: clock.now() });
    await retireDue({ months, clock, keptMonths: config.retentionMonths });
  };
}
