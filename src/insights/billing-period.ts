/** Reads which usage period a client means: `2026-04-05`, `2026-04`, `all`, or nothing for the current one. */
import { invalidField } from "../core/errors.ts";
import type { CustomerId } from "../core/ids.ts";
import { DAY_MS, formatDate, type Instant, instant, nearestInstant } from "../core/instant.ts";
import type { Period } from "../core/periods/period.ts";
import { usagePeriodAt } from "../core/periods/usage-period.ts";
import { windowAt } from "../core/periods/window.ts";
import type { Store } from "../store/store.ts";

/** Whose periods, and as of when. */
export interface PeriodAsker {
  readonly customerId: CustomerId;
  readonly usageAnchor: Instant;
  readonly now: Instant;
}

/** The start of the period that is meant; null: all of them. Refuses (`invalid_request`) what is no period. */
export async function periodStartOf(
  store: Store,
  asker: PeriodAsker,
  wanted: string | undefined,
): Promise<Instant | null> {
  if (wanted === "all") return null;
  const current = usagePeriodAt(asker.usageAnchor, asker.now).start;
  if (wanted === undefined) return current;
  const named = namedStretch(wanted, asker.usageAnchor);
  const begun = await lastBegun(store, asker, named);
  if (begun !== null) return begun;
  // A month whose period has not begun means the current one: those clients ask for the calendar month.
  return named.end > asker.now ? current : usagePeriodAt(asker.usageAnchor, named.start).start;
}

/** An anchor on the 31st begins a period on 28 February and the next on 31 March. */
export const SHORT_MONTH_MS = 3 * DAY_MS;

/** The period that starts there. One from before the anchor moved ends where the next one that has any use begins. */
export async function periodFrom(
  store: Store,
  asker: PeriodAsker,
  start: Instant,
): Promise<Period> {
  const counted = usagePeriodAt(asker.usageAnchor, start);
  if (counted.start === start) return counted;
  const row = await store.db
    .selectFrom("rollups_period")
    .select(({ fn }) => fn.min("period_start").as("next"))
    .where("customer_id", "=", asker.customerId)
    .where("period_start", ">", BigInt(start))
    .executeTakeFirst();
  const next = row?.next === undefined || row.next === null ? asker.usageAnchor : Number(row.next);
  const longest = usagePeriodAt(start, start).end + SHORT_MONTH_MS;
  const edges = [next, asker.usageAnchor].filter((edge) => edge > start);
  return { start, end: nearestInstant(Math.min(longest, ...edges)) };
}

/** The start of a period as the API writes it. */
export function billingPeriodText(start: Instant | null): string {
  return start === null ? "all" : formatDate(start);
}

interface NamedStretch {
  readonly start: Instant;
  readonly end: Instant;
}

/** The day or calendar month that was named. */
function namedStretch(wanted: string, anchor: Instant): NamedStretch {
  const match = /^\d{4}-(?:0[1-9]|1[0-2])(-\d{2})?$/.exec(wanted);
  const ms = match ? Date.parse(`${wanted}${match[1] === undefined ? "-01" : ""}T00:00:00Z`) : -1;
  // `Date.parse` takes 30 February for 1 March.
  if (match === null || !(ms >= 0) || !formatDate(instant(ms)).startsWith(wanted)) {
    throw invalidField("billing_period", "must be YYYY-MM-DD, YYYY-MM or all.");
  }
  const start = instant(ms);
  if (match[1] === undefined) return windowAt("month", start, anchor);
  return { start, end: nearestInstant(ms + DAY_MS) };
}

/**
 * The last period begun in a stretch: by the customer's anchor, or by the roll-ups, which remember periods from before
 * the anchor moved.
 */
async function lastBegun(
  store: Store,
  asker: PeriodAsker,
  named: NamedStretch,
): Promise<Instant | null> {
  const row = await store.db
    .selectFrom("rollups_period")
    .select(({ fn }) => fn.max("period_start").as("start"))
    .where("customer_id", "=", asker.customerId)
    .where("period_start", ">=", BigInt(named.start))
    .where("period_start", "<", BigInt(named.end))
    .executeTakeFirst();
  const recorded = row?.start === undefined || row.start === null ? -1 : Number(row.start);
  const latest = instant(Math.min(named.end - 1, asker.now));
  const counted = usagePeriodAt(asker.usageAnchor, latest).start;
  const last = Math.max(recorded, counted >= named.start ? counted : -1);
  return last < 0 ? null : instant(last);
}
