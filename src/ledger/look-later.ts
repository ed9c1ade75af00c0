/** What a change of limits or wishes leaves in the outbox, in its own transaction: the ledger is to look at them. */
import { sql } from "kysely";
import type { CustomerId, KeyId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Statement, Store } from "../store/store.ts";
import { DEPLOYMENT } from "./rules/subjects.ts";

/** A key with no limits of its own. */
const NO_LIMITS = "[]";

/** The customer's plan, or with a key its budget too, is looked at as soon as the outbox is. */
export function lookLater(
  store: Store,
  of: { readonly customerId: CustomerId; readonly keyId?: KeyId; readonly at: Instant },
): Statement {
  const { customerId, keyId, at } = of;
  const payload = keyId === undefined ? {} : { key_id: keyId };
  return outboxRow(store, { kind: "look", customerId, payload, at });
}

/** The deployment's own limits have changed. */
export function lookAtDeploymentLater(store: Store, at: Instant): Statement {
  return outboxRow(store, {
    kind: "look",
    customerId: DEPLOYMENT,
    payload: { deployment: true },
    at,
  });
}

/** A step of a subscription: its customer's limits are looked at, and whoever wishes is told of it. */
export function subscriptionChanged(
  store: Store,
  of: { readonly customerId: CustomerId; readonly revision: number; readonly at: Instant },
): Statement {
  const { customerId, revision, at } = of;
  return outboxRow(store, { kind: "subscription", customerId, payload: { revision }, at });
}

/** A row for each of the customer's keys that has a budget: what holds for the customer holds for those too. */
export function lookAtKeysLater(
  store: Store,
  of: { readonly customerId: CustomerId; readonly at: Instant },
): Statement {
  const { customerId, at } = of;
  const keys = store.db
    .selectFrom("keys")
    .where("customer_id", "=", customerId)
    .where("limits", "<>", NO_LIMITS)
    .where("revoked_at", "is", null)
    // A key that replaced another counts as it.
    .where("id", "not like", "%.%")
    .select(({ val, cast, ref }) => [
      cast<string>(val("look"), "text").as("kind"),
      cast<string>(val(customerId), "text").as("customer_id"),
      sql<string>`'{"key_id":"' || ${ref("id")} || '"}'`.as("payload"),
      cast<bigint>(val(at), "bigint").as("created_at"),
    ]);
  return store.db
    .insertInto("outbox")
    .columns(["kind", "customer_id", "payload", "created_at"])
    .expression(keys);
}

function outboxRow(
  { db }: Store,
  of: {
    readonly kind: "look" | "subscription";
    readonly customerId: string;
    readonly payload: Readonly<Record<string, unknown>>;
    readonly at: Instant;
  },
): Statement {
  return db.insertInto("outbox").values({
    kind: of.kind,
    customer_id: of.customerId,
    payload: JSON.stringify(of.payload),
    created_at: of.at,
  });
}
