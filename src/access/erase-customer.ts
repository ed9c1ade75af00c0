/** Erases a person: who they are, their keys, what was noted beside their calls. Their sums stay, under a random id. */
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import { erasedPerson } from "../privacy/vault.ts";
import type { Statement, Store } from "../store/store.ts";
import { auditRow } from "./audit-log.ts";
import type { CustomerPorts } from "./customer-row.ts";

/** Of one transaction, so that calls of others do not wait. */
const ROWS_MOST = 1_000;

/**
 * It can be repeated: what a call that was running wrote afterwards is erased then. Broken off before its last
 * transaction, the person is still there, and can be named again.
 */
export async function eraseCustomer(
  { store, clock }: CustomerPorts,
  id: CustomerId,
  actor: string,
): Promise<void> {
  const at = clock.now();
  await eraseBesides(store, id, at);
  await store.write(identityStatements(store, { id, actor, at }));
  // Of what came between the two.
  await eraseBesides(store, id, at);
}

function identityStatements(
  store: Store,
  { id, actor, at }: { readonly id: CustomerId; readonly actor: string; readonly at: Instant },
): Statement[] {
  const { db } = store;
  return [
    db.updateTable("customers").set(erasedPerson()).where("id", "=", id),
    db
      .updateTable("keys")
      .set({ revoked_at: at })
      .where("customer_id", "=", id)
      .where("revoked_at", "is", null),
    // People name keys after themselves and their machines.
    db.updateTable("keys").set({ name: "erased" }).where("customer_id", "=", id),
    // Why a limit was lifted may name the person.
    db.deleteFrom("limit_lifts").where("customer_id", "=", id),
    db.deleteFrom("alert_preferences").where("customer_id", "=", id),
    // Where they lead to may be the person's own address.
    db.deleteFrom("channels").where("customer_id", "=", id),
    db.deleteFrom("rollups_tag").where("customer_id", "=", id),
    auditRow(store, { at, actor, action: "customer.erase", subject: id }),
  ];
}

async function eraseBesides(store: Store, id: CustomerId, at: Instant): Promise<void> {
  await eraseSourceIds(store, id);
  await eraseDetails(store, id);
  await dropDeliveries(store, id, at);
}

/** What was still to be told about them is not told any more; what receivers answered may name them. */
async function dropDeliveries(store: Store, id: CustomerId, at: Instant): Promise<void> {
  for (;;) {
    const rows = await store.db
      .selectFrom("deliveries")
      .select("id")
      .where("customer_id", "=", id)
      .where(({ eb, or }) =>
        or([eb("state", "in", ["pending", "dead"]), eb("last_error", "is not", null)]),
      )
      .limit(ROWS_MOST)
      .execute();
    if (rows.length === 0) return;
    const these = rows.map((row) => row.id);
    await store.write([
      store.db
        .updateTable("deliveries")
        .set({ state: "dropped", ended_at: at })
        .where("id", "in", these)
        .where("state", "in", ["pending", "dead"]),
      store.db.updateTable("deliveries").set({ last_error: null }).where("id", "in", these),
    ]);
  }
}

/** The ids that callers gave to their events. */
async function eraseSourceIds(store: Store, id: CustomerId): Promise<void> {
  for (;;) {
    const rows = await store.db
      .selectFrom("event_keys")
      .select("source_id")
      .where("customer_id", "=", id)
      .limit(ROWS_MOST)
      .execute();
    if (rows.length === 0) return;
    const ids = rows.map((row) => row.source_id);
    await store.write([
      store.db.deleteFrom("event_keys").where("customer_id", "=", id).where("source_id", "in", ids),
    ]);
  }
}

/** Tags and error texts, found by the customer's events, since they have no order of their own. */
async function eraseDetails(store: Store, id: CustomerId): Promise<void> {
  let after = { at: -1n, seq: -1n };
  for (;;) {
    const rows = await store.db
      .selectFrom("events")
      .select(["id", "at", "seq"])
      .where("customer_id", "=", id)
      .where((eb) => eb(eb.refTuple("at", "seq"), ">", eb.tuple(after.at, after.seq)))
      .orderBy("at")
      .orderBy("seq")
      .limit(ROWS_MOST)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    const ids = rows.map((row) => row.id);
    const detailed = await store.db
      .selectFrom("event_details")
      .select("event_id")
      .where("event_id", "in", ids)
      .execute();
    if (detailed.length > 0) {
      const named = detailed.map((row) => row.event_id);
      await store.write([store.db.deleteFrom("event_details").where("event_id", "in", named)]);
    }
    after = last;
  }
}
