/** A page of a customer's alerts, newest first, and how many are unread. */
import type { CustomerId } from "../core/ids.ts";
import type { Schema } from "../store/schema.ts";
import type { Store } from "../store/store.ts";
import { type Alert, alertOf, countUnread } from "./read-alerts.ts";

export interface AlertsWanted {
  readonly customerId: CustomerId;
  readonly unreadOnly: boolean;
  readonly severity?: Schema["alerts"]["severity"];
  readonly type?: Schema["alerts"]["type"];
  readonly limit: number;
  readonly offset: number;
}

export interface AlertPage {
  readonly alerts: Alert[];
  /** That the filters let through. */
  readonly total: number;
  /** Whatever the filters. */
  readonly unread_count: number;
}

export async function readAlertPage(store: Store, wanted: AlertsWanted): Promise<AlertPage> {
  const [rows, count, unread] = await Promise.all([
    filtered(store, wanted)
      .selectAll()
      .orderBy("id", "desc")
      .limit(wanted.limit)
      .offset(wanted.offset)
      .execute(),
    filtered(store, wanted)
      .select(({ fn }) => fn.countAll<bigint>().as("total"))
      .executeTakeFirstOrThrow(),
    countUnread(store, wanted.customerId),
  ]);
  return { alerts: rows.map(alertOf), total: Number(count.total), unread_count: unread };
}

function filtered({ db }: Store, { customerId, unreadOnly, severity, type }: AlertsWanted) {
  let query = db.selectFrom("alerts").where("customer_id", "=", customerId);
  if (unreadOnly) query = query.where("read_at", "is", null);
  if (severity !== undefined) query = query.where("severity", "=", severity);
  if (type !== undefined) query = query.where("type", "=", type);
  return query;
}
