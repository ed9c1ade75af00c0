/** Reads which usage period a client means: `2026-04-05`, `2026-04`, `all`, or nothing for the current one. */
import { invalidField } from "../core/errors.ts";
import type { CustomerId } from "../core/ids.ts";
import { DAY_MS, formatDate, type Instant, instant } from "../core/instant.ts";
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
  const match = /^(\d{4}-(?:0[1-9]|1[0-2]))(-\d{2})?$/.exec(wanted);
  const ms = match ? Date.parse(`${match[1]}${match[2] ?? "-01"}T00:00:00Z`) : Number.NaN;
  if (match === null || Number.isNaN(ms) || ms < 0) {
    throw invalidField("billing_period", "must be YYYY-MM-DD, YYYY-MM or all.");
  }
  const start = instant(ms);
  if (match[2] === undefined) return windowAt("month", start, anchor);
  return { start, end: instant(ms + DAY_MS) };
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
