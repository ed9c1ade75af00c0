/** A customer's alerts, newest first, as the API shows them. */
import type { Selectable } from "kysely";
import type { CustomerId } from "../core/ids.ts";
import { formatDate, formatInstant, type Instant, instant } from "../core/instant.ts";
import type { Schema } from "../store/schema.ts";
import type { Store } from "../store/store.ts";

/** An absent value is left out, never null. */
export interface Alert {
  readonly id: number;
  readonly type: Schema["alerts"]["type"];
  readonly threshold_percentage: number;
  readonly provider?: string;
  readonly title: string;
  readonly message: string;
  readonly severity: Schema["alerts"]["severity"];
  readonly is_sent: boolean;
  readonly sent_at?: string;
  readonly is_read: boolean;
  readonly read_at?: string;
  readonly billing_period: string;
  readonly created_at: string;
}

/** Those of one usage period. */
export async function readAlerts(
  store: Store,
  wanted: { customerId: CustomerId; periodStart: Instant; most: number },
): Promise<Alert[]> {
  const rows = await store.db
    .selectFrom("alerts")
    .selectAll()
    .where("customer_id", "=", wanted.customerId)
    .where("period_start", "=", BigInt(wanted.periodStart))
    .orderBy("id", "desc")
    .limit(wanted.most)
    .execute();
  return rows.map(alertOf);
}

/** Of any period: unread ones first, then the newest. */
export async function readLatestAlerts(
  store: Store,
  wanted: { customerId: CustomerId; most: number },
): Promise<Alert[]> {
  const rows = await store.db
    .selectFrom("alerts")
    .selectAll()
    .where("customer_id", "=", wanted.customerId)
    .orderBy(({ eb }) => eb.case().when("read_at", "is", null).then(0).else(1).end())
    .orderBy("id", "desc")
    .limit(wanted.most)
    .execute();
  return rows.map(alertOf);
}

export async function countUnread(store: Store, customerId: CustomerId): Promise<number> {
  const row = await store.db
    .selectFrom("alerts")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("customer_id", "=", customerId)
    .where("read_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

export function alertOf(row: Selectable<Schema["alerts"]>): Alert {
  return {
    id: Number(row.id),
    type: row.type,
    threshold_percentage: Number(row.threshold),
    ...(row.provider === null ? {} : { provider: row.provider }),
    title: row.title,
    message: row.message,
    severity: row.severity,
    is_sent: row.sent_at !== null,
    ...(row.sent_at === null ? {} : { sent_at: timeText(row.sent_at) }),
    is_read: row.read_at !== null,
    ...(row.read_at === null ? {} : { read_at: timeText(row.read_at) }),
    billing_period: formatDate(instant(Number(row.period_start))),
    created_at: timeText(row.created_at),
  };
}

function timeText(ms: bigint): string {
  return formatInstant(instant(Number(ms)));
}
