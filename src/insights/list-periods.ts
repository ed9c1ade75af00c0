/** Lists a customer's latest usage periods, one after the other without a gap, the present one last. */
import type { CustomerId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import type { Period } from "../core/periods/period.ts";
import { usagePeriod, usagePeriodAt } from "../core/periods/usage-period.ts";
import type { Store } from "../store/store.ts";

/**
 * Exactly `count` periods, oldest first. Since the anchor they are its months. Before it the roll-ups remember which
 * there were (the anchor moves with a newly paid subscription); before those, months of the earliest.
 */
export async function listPeriods(
  store: Store,
  asker: { readonly customerId: CustomerId; readonly usageAnchor: Instant; readonly now: Instant },
  count: number,
): Promise<Period[]> {
  const { usageAnchor, now } = asker;
  const current = usagePeriodAt(usageAnchor, now);
  const periods: Period[] = [current];
  while (periods.length < count && oldestOf(periods).start > usageAnchor) {
    periods.unshift(usagePeriodAt(usageAnchor, instant(oldestOf(periods).start - 1)));
  }
  if (periods.length < count) {
    const before = oldestOf(periods).start;
    for (const start of await recordedBefore(store, asker.customerId, { before, most: count })) {
      if (periods.length < count) periods.unshift({ start, end: oldestOf(periods).start });
    }
  }
  const { start } = oldestOf(periods);
  for (let k = -1; periods.length < count && start > 0; k -= 1) {
    periods.unshift(usagePeriod(start, k));
  }
  return periods;
}

function oldestOf(periods: readonly Period[]): Period {
  const [oldest] = periods;
  if (oldest === undefined) throw new Error("There is at least the present period.");
  return oldest;
}

/** Starts of earlier periods, newest first. */
async function recordedBefore(
  { db }: Store,
  customerId: CustomerId,
  of: { readonly before: Instant; readonly most: number },
): Promise<Instant[]> {
  const rows = await db
    .selectFrom("rollups_period")
    .select("period_start")
    .distinct()
    .where("customer_id", "=", customerId)
    .where("period_start", "<", BigInt(of.before))
    .orderBy("period_start", "desc")
    .limit(of.most)
    .execute();
  return rows.map((row) => instant(Number(row.period_start)));
}
