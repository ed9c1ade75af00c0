/** Customers who are near a limit of their present usage period, as the ledger's alerts say. */

import type { CustomerId } from "../core/ids.ts";
import { formatInstant, type Instant, instant } from "../core/instant.ts";
import { PERIOD_MS_MOST, usagePeriodAt } from "../core/periods/usage-period.ts";
import type { Store } from "../store/store.ts";

export interface NearLimit {
  readonly customerId: CustomerId;
  /** The highest alert's. */
  readonly threshold_percentage: number;
  readonly provider: string | null;
  readonly meter: string | null;
  readonly title: string;
  readonly message: string;
  readonly created_at: string;
}

const SHOWN_MOST = 20;
const PERCENT_LEAST = 80n;
const ALERTS_READ_MOST = 5_000;

/** One for each customer, the highest first, at most 20, from the newest 5,000 alerts. */
export async function readNearLimits(store: Store, now: Instant): Promise<NearLimit[]> {
  const newest = store.db
    .selectFrom("alerts")
    .selectAll()
    .orderBy("id", "desc")
    .limit(ALERTS_READ_MOST)
    .as("newest");
  const rows = await store.db
    .selectFrom(newest)
    .innerJoin("customers", "customers.id", "newest.customer_id")
    .selectAll("newest")
    .select("customers.usage_anchor")
    .where("type", "in", ["usage_threshold", "limit_reached", "cost_threshold"])
    // What may come to be is no use.
    .where("kind", "in", ["threshold", "limit_reached"])
    .where("threshold", ">=", PERCENT_LEAST)
    .where("newest.created_at", ">=", BigInt(Math.max(0, now - PERIOD_MS_MOST)))
    .orderBy("threshold", "desc")
    .orderBy("newest.id", "desc")
    .execute();
  const present = rows.filter(({ usage_anchor: anchor, period_start: start }) => {
    const period = usagePeriodAt(instant(Number(anchor)), now);
    return BigInt(period.start) === start;
  });
  const highest = new Map<string, (typeof rows)[number]>();
  for (const row of present) {
    if (!highest.has(row.customer_id)) highest.set(row.customer_id, row);
  }
  return [...highest.values()].slice(0, SHOWN_MOST).map((row) => ({
    customerId: row.customer_id as CustomerId,
    threshold_percentage: Number(row.threshold),
    provider: row.provider,
    meter: row.meter,
    title: row.title,
    message: row.message,
    created_at: formatInstant(instant(Number(row.created_at))),
  }));
}
