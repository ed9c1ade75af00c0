/** Reads what a row of the outbox tells of: an alert with its facts, or a change of a subscription. */
import type { Selectable } from "kysely";
import type { Advice, Told } from "../../core/alerts/alert-facts.ts";
import { EVENT_TYPES, type EventType } from "../../core/alerts/event-types.ts";
import { readAdvice, readTold } from "../../core/alerts/read-told.ts";
import type { CustomerId } from "../../core/ids.ts";
import { type Instant, instant } from "../../core/instant.ts";
import type { SubscriptionJson } from "../../core/subscriptions/subscription-json.ts";
import { keyIdOf, keyNamesOf } from "../../insights/key-names.ts";
import { DEPLOYMENT } from "../../ledger/rules/subjects.ts";
import type { Schema } from "../../store/schema.ts";
import type { Store } from "../../store/store.ts";

export type OutboxRow = Selectable<Schema["outbox"]>;

export interface AlertNotice {
  readonly kind: "alert";
  readonly event: EventType;
  /** By ledger time. */
  readonly at: Instant;
  /** Whose alert it is; null: the deployment's, told to the operator only. */
  readonly customerId: CustomerId | null;
  readonly alertId: number;
  readonly severity: Schema["alerts"]["severity"];
  readonly told: Told;
  /** Of the key whose budget it is about; undefined: it is about no key. */
  readonly keyName?: string | undefined;
  readonly periodStart: Instant;
  /** null: not looked for yet. */
  readonly advice: Advice | null;
}

export interface SubscriptionNotice {
  readonly kind: "subscription";
  readonly event: "subscription.changed";
  /** When the change takes effect. */
  readonly at: Instant;
  readonly customerId: CustomerId;
  readonly revision: number;
  /** `subscribe`, `renew` and so on. */
  readonly change: string;
  /** null: none is left. */
  readonly subscription: SubscriptionJson | null;
}

export type Notice = AlertNotice | SubscriptionNotice;

/** null: there is nothing that it tells of. */
export async function readNotice(store: Store, row: OutboxRow): Promise<Notice | null> {
  switch (row.kind) {
    case "alert":
      return readAlert(store, row);
    case "subscription":
      return readChange(store, row);
    default:
      return null;
  }
}

/** Whom it is about: an operator's alert may be about a customer, too. */
export function isAbout(notice: Notice): CustomerId | null {
  if (notice.kind === "alert" && notice.told.kind === "negative_margin") {
    return notice.told.facts.customer_id as CustomerId;
  }
  return notice.customerId;
}

async function readAlert(store: Store, row: OutboxRow): Promise<AlertNotice | null> {
  const { alert_id: id }: { alert_id?: number } = JSON.parse(row.payload);
  if (id === undefined) return null;
  const alert = await store.db
    .selectFrom("alerts")
    .selectAll()
    .where("id", "=", BigInt(id))
    .executeTakeFirst();
  const told = alert === undefined ? null : readTold(alert);
  if (alert === undefined || told === null) return null;
  const isOperators = alert.customer_id === DEPLOYMENT;
  const name = `${isOperators ? "operator" : "alert"}.${told.kind}`;
  const event = EVENT_TYPES.find((type) => type === name);
  // The ledger raises for each only kinds that are its own.
  if (event === undefined) return null;
  return {
    kind: "alert",
    event,
    at: instant(Number(alert.created_at)),
    customerId: isOperators ? null : (alert.customer_id as CustomerId),
    alertId: Number(alert.id),
    severity: alert.severity,
    told,
    keyName: (await keyNamesOf(store, [told])).get(keyIdOf(told) ?? ""),
    periodStart: instant(Number(alert.period_start)),
    advice: readAdvice(alert.advice),
  };
}

async function readChange({ db }: Store, row: OutboxRow): Promise<SubscriptionNotice | null> {
  const { revision }: { revision?: number } = JSON.parse(row.payload);
  if (revision === undefined || row.customer_id === null) return null;
  const change = await db
    .selectFrom("subscription_changes")
    .selectAll()
    .where("customer_id", "=", row.customer_id)
    .where("revision", "=", BigInt(revision))
    .executeTakeFirst();
  if (change === undefined) return null;
  return {
    kind: "subscription",
    event: "subscription.changed",
    at: instant(Number(change.at)),
    customerId: row.customer_id as CustomerId,
    revision,
    change: change.kind,
    subscription: change.subscription === null ? null : JSON.parse(change.subscription),
  };
}
