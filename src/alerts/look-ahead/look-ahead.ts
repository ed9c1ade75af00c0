/** One round of looking ahead: at whoever used something of late, and at what providers answered. */
import { setTimeout as sleep } from "node:timers/promises";
import { RISE_DAYS } from "../../core/alerts/sudden-rise.ts";
import type { CustomerId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import { readPlansOf } from "../../insights/read-subscribers.ts";
import type { Ledger, Raise } from "../../ledger/ledger.ts";
import type { Store } from "../../store/store.ts";
import { findErrorRate, findOutages } from "./find-errors.ts";
import { findMargin } from "./find-margins.ts";
import { findProjected } from "./find-projected.ts";
import { findRises } from "./find-rises.ts";
import { readActive } from "./read-active.ts";
import { type KnownPlans, readTerms } from "./read-terms.ts";
import { readDayUse, readHourUse, readPeriodUse } from "./read-use.ts";
import { withoutRecent } from "./without-recent.ts";

export interface LookAheadPorts {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "raise">;
  readonly clock: { now(): Instant };
  readonly plans: KnownPlans;
}

/** So many customers' rows are read at once: few enough that nobody waits for the reader. */
const PORTION = 25;
/** Calls and reports get the reader in between. */
const PACE_MS = 2;

/**
 * Raises what it finds; what has been raised is not raised again, whoever else looks. Reads roll-ups only. Throws what the
 * database says: the next round finds what this one did not come to.
 */
export async function lookAhead(
  ports: LookAheadPorts,
  isStopped: () => boolean = () => false,
): Promise<void> {
  const { store } = ports;
  const now = ports.clock.now();
  await tell(ports, await findOutages(store, now), now);
  let after: CustomerId | null = null;
  while (!isStopped()) {
    const customerIds: readonly CustomerId[] = await readActive(store, {
      now,
      after,
      most: PORTION,
    });
    after = customerIds.at(-1) ?? null;
    if (after === null) return;
    await tell(ports, await findIn(ports, customerIds, now), now);
    if (customerIds.length < PORTION) return;
    await sleep(PACE_MS);
  }
}

async function findIn(
  { store, plans }: LookAheadPorts,
  customerIds: readonly CustomerId[],
  now: Instant,
): Promise<Raise[]> {
  const portion = { customerIds, now };
  const [known, periods, days, paid] = await Promise.all([
    readTerms(store, { customerIds, plans, now }),
    readPeriodUse(store, portion),
    // Yesterday may be among the 24 hours, and is then none of the days before.
    readDayUse(store, { ...portion, days: RISE_DAYS + 1 }),
    readPlansOf(store, customerIds, now),
  ]);
  const hours = await readHourUse(store, { days, now });
  const lately = new Map(hours.map((row) => [row.customerId, row]));
  const use = {
    periods: Map.groupBy(periods, ({ customerId }) => customerId),
    days: Map.groupBy(days, ({ customerId }) => customerId),
  };
  const ofEach = known.flatMap((terms) => {
    const { customerId } = terms;
    const own = { terms, days: use.days.get(customerId) ?? [], now };
    const ownHours = lately.get(customerId);
    return [
      ...findMargin({ terms, periods: use.periods.get(customerId) ?? [], paid, now }),
      ...(ownHours === undefined
        ? []
        : [
            ...findRises({ ...own, lately: ownHours }),
            ...findErrorRate({ ...own, lately: ownHours }),
          ]),
    ];
  });
  return [...ofEach, ...(await findProjected(store, { terms: known, use, now }))];
}

async function tell({ store, ledger }: LookAheadPorts, found: readonly Raise[], now: Instant) {
  for (const raise of await withoutRecent(store, found, now)) await ledger.raise(raise);
}
