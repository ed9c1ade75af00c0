/** Lists a customer's usage periods, one after the other without a gap, the present one last, no date twice. */

import { DAY_MS, formatDate, type Instant, instant, nearestInstant } from "../core/instant.ts";
import type { Period } from "../core/periods/period.ts";
import { PERIOD_MS_MOST, usagePeriod, usagePeriodAt } from "../core/periods/usage-period.ts";
import type { Store } from "../store/store.ts";
import { type PeriodAsker, SHORT_MONTH_MS } from "./billing-period.ts";

/** Exactly `count` of the latest, oldest first; before the customer's first period go months of their own. */
export async function listPeriods(
  store: Store,
  asker: PeriodAsker,
  count: number,
): Promise<Period[]> {
  const since = nearestInstant(asker.now - count * PERIOD_MS_MOST);
  const recorded = await recordedStarts(store, asker, since);
  const starts = startsSince(asker, { since, recorded });
  const first = startOf(starts);
  for (let k = -1; starts.length < count && startOf(starts) > 0; k -= 1) {
    starts.unshift(usagePeriod(first, k).start);
  }
  return periodsFrom(starts.slice(-count), asker);
}

/** From the first that has any use; only the present one where none has. */
export async function listPeriodsWithUse(store: Store, asker: PeriodAsker): Promise<Period[]> {
  const recorded = await recordedStarts(store, asker, instant(0));
  const [first] = recorded;
  if (first === undefined) return [usagePeriodAt(asker.usageAnchor, asker.now)];
  const starts = startsSince(asker, { since: first, recorded });
  const since = starts.filter((start) => start >= first);
  return periodsFrom(since.length === 0 ? starts.slice(-1) : since, asker);
}

/**
 * Since the anchor, the periods are its months. Before it the roll-ups remember which there were (the anchor moves with
 * a newly paid subscription), and between those go months that had no use. Where two start on one date, as they do where
 * a customer subscribes on the day they came, they are one: a date names one period.
 */
function startsSince(
  { usageAnchor, now }: PeriodAsker,
  of: { readonly since: Instant; readonly recorded: readonly Instant[] },
): Instant[] {
  const starts = [usagePeriodAt(usageAnchor, now).start];
  while (startOf(starts) > usageAnchor && startOf(starts) > of.since) {
    starts.unshift(usagePeriodAt(usageAnchor, instant(startOf(starts) - 1)).start);
  }
  for (const start of of.recorded.filter((each) => each < startOf(starts)).reverse()) {
    const next = startOf(starts);
    if (formatDate(start) === formatDate(next)) starts[0] = start;
    else starts.unshift(start, ...monthsBetween(start, next));
  }
  return starts;
}

/** What begins so shortly before the next period is that one, begun on the 28th for want of a 31st. */
function monthsBetween(start: Instant, next: Instant): Instant[] {
  const months: Instant[] = [];
  for (let k = 1; usagePeriod(start, k).start + SHORT_MONTH_MS + DAY_MS <= next; k += 1) {
    months.push(usagePeriod(start, k).start);
  }
  return months;
}

function periodsFrom(starts: readonly Instant[], { usageAnchor, now }: PeriodAsker): Period[] {
  const { end } = usagePeriodAt(usageAnchor, now);
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? end }));
}

function startOf(starts: readonly Instant[]): Instant {
  const [first] = starts;
  if (first === undefined) throw new Error("There is at least the present period.");
  return first;
}

/** Oldest first. */
async function recordedStarts(
  { db }: Store,
  { customerId }: PeriodAsker,
  since: Instant,
): Promise<Instant[]> {
  const rows = await db
    .selectFrom("rollups_period")
    .select("period_start")
    .distinct()
    .where("customer_id", "=", customerId)
    .where("period_start", ">=", BigInt(since))
    .orderBy("period_start")
    .execute();
  return rows.map((row) => instant(Number(row.period_start)));
}
