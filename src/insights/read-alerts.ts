/** Alerts, newest first, as the API shows them. */
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import { type Alert, type AlertPorts, alertsOf } from "./show-alerts.ts";

/** Those of one usage period. */
export async function readAlerts(
  ports: AlertPorts,
  wanted: { customerId: CustomerId; periodStart: Instant; most: number },
): Promise<Alert[]> {
  const rows = await ports.store.db
    .selectFrom("alerts")
    .selectAll()
    .where("customer_id", "=", wanted.customerId)
    .where("period_start", "=", BigInt(wanted.periodStart))
    .orderBy("id", "desc")
    .limit(wanted.most)
    .execute();
  return alertsOf(ports, rows);
}

/** Of any period: unread ones first, then the newest. */
export async function readLatestAlerts(
  ports: AlertPorts,
  wanted: { customerId: CustomerId; most: number },
): Promise<Alert[]> {
  const rows = await ports.store.db
    .selectFrom("alerts")
    .selectAll()
    .where("customer_id", "=", wanted.customerId)
    .orderBy(({ eb }) => eb.case().when("read_at", "is", null).then(0).else(1).end())
    .orderBy("id", "desc")
    .limit(wanted.most)
    .execute();
  return alertsOf(ports, rows);
}

export async function countUnread(
  { store }: Pick<AlertPorts, "store">,
  customerId: CustomerId,
): Promise<number> {
  const row = await store.db
    .selectFrom("alerts")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("customer_id", "=", customerId)
    .where("read_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
