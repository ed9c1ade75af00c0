/** Writes what calls made at their providers, and the work that is answered later. */
import type { Connection } from "../../store/sqlite/connection.ts";
import type { Changes } from "../rules/rows.ts";

/** An id that is known already stays its first owner's. */
const OBJECT_SQL = `
  insert into objects (provider, object_id, kind, customer_id, tokens, created_at) values (?, ?, ?, ?, ?, ?)
  on conflict do update set tokens = excluded.tokens where customer_id = excluded.customer_id`;
const AWAITED_SQL = `
  insert into awaited (call_id, provider, object_id, customer_id, asked, created_at, ask_at, asks)
  values (?, ?, ?, ?, ?, ?, ?, 0) on conflict do nothing`;

export function writeObjects(
  connection: Connection,
  { objects, awaited }: Pick<Changes, "objects" | "awaited">,
): void {
  for (const { object, customerId, createdAt } of objects) {
    const { provider, objectId, kind, tokens = null } = object;
    connection.prepare(OBJECT_SQL).run(provider, objectId, kind, customerId, tokens, createdAt);
  }
  for (const row of awaited) {
    const { callId, provider, objectId, customerId, asked, createdAt, askAt } = row;
    connection
      .prepare(AWAITED_SQL)
      .run(callId, provider, objectId, customerId, asked, createdAt, askAt);
  }
}
