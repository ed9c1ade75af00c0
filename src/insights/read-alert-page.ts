/** A page of a customer's alerts, newest first, and how many are unread. */
import type { AlertKind } from "../core/alerts/event-types.ts";
import type { CustomerId } from "../core/ids.ts";
import type { Schema } from "../store/schema.ts";
import type { Store } from "../store/store.ts";
import { countUnread } from "./read-alerts.ts";
import { type Alert, type AlertPorts, alertsOf } from "./show-alerts.ts";

export interface AlertsWanted {
  readonly customerId: CustomerId;
  readonly unreadOnly: boolean;
  readonly severity?: Schema["alerts"]["severity"];
  readonly type?: Schema["alerts"]["type"];
  readonly kind?: AlertKind;
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

export async function readAlertPage(ports: AlertPorts, wanted: AlertsWanted): Promise<AlertPage> {
  const { store } = ports;
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
    countUnread(ports, wanted.customerId),
  ]);
  return {
    alerts: await alertsOf(ports, rows),
    total: Number(count.total),
    unread_count: unread,
  };
}

function filtered({ db }: Store, { customerId, unreadOnly, severity, type, kind }: AlertsWanted) {
  let query = db.selectFrom("alerts").where("customer_id", "=", customerId);
  if (unreadOnly) query = query.where("read_at", "is", null);
  if (severity !== undefined) query = query.where("severity", "=", severity);
  if (type !== undefined) query = query.where("type", "=", type);
  if (kind !== undefined) query = query.where("kind", "=", kind);
  return query;
}
