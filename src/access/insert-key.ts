/** Writes a new key, unless its customer has too many already. */
import type { Insertable } from "kysely";
import { AppError } from "../core/errors.ts";
import type { CustomerId, KeyId } from "../core/ids.ts";
import { lookLater } from "../ledger/look-later.ts";
import type { Schema } from "../store/schema.ts";
import type { Statement, Store } from "../store/store.ts";
import { type AuditEntry, auditRow, auditRowIf } from "./audit-log.ts";
import { liveKeysOf } from "./key-row.ts";

/** How many live keys the customer may have, this one too. */
export interface Room {
  readonly customerId: CustomerId;
  readonly liveMost: number;
}

/** Throws `conflict` where there is no room, and then nothing is written. */
export async function insertKey(
  store: Store,
  of: {
    readonly row: Insertable<Schema["keys"]>;
    readonly entry: AuditEntry;
    readonly room: Room | null;
  },
): Promise<void> {
  const { row, entry, room } = of;
  const insert = store.db.insertInto("keys").values(row);
  if (room === null) {
    await store.write([insert, auditRow(store, entry), ...looks(store, row, entry)]);
    return;
  }
  const { customerId, liveMost } = room;
  const live = liveKeysOf(store, customerId, entry.at).select(({ fn }) => fn.countAll().as("live"));
  const written = store.db.selectFrom("keys").select("id").where("id", "=", row.id);
  const [, , takenBack] = await store.write([
    lockCustomer(store, customerId),
    insert,
    store.db.deleteFrom("keys").where("id", "=", row.id).where(live, ">", liveMost).returning("id"),
    auditRowIf(store, entry, written),
    ...looks(store, row, entry),
  ]);
  if ((takenBack?.length ?? 0) > 0) throw tooManyKeys(liveMost);
}

/** A budget is looked at like any other limit that came anew. Of a key that was taken back there is none to look at. */
function looks(store: Store, row: Insertable<Schema["keys"]>, { at }: AuditEntry): Statement[] {
  const { customer_id: customerId, limits } = row;
  if (customerId === null || customerId === undefined || limits === "[]") return [];
  // The table's texts are ids.
  return [lookLater(store, { customerId: customerId as CustomerId, keyId: row.id as KeyId, at })];
}

export function tooManyKeys(liveMost: number): AppError {
  return new AppError(
    "conflict",
    `There are ${liveMost} live keys already, the most that a customer may have. Revoke one first.`,
    { reason: "too_many_keys" },
  );
}

/** Of two keys made at once on two nodes, the second sees the first. */
export function lockCustomer({ db }: Store, customerId: CustomerId): Statement {
  return db
    .updateTable("customers")
    .set(({ ref }) => ({ created_at: ref("created_at") }))
    .where("id", "=", customerId);
}
