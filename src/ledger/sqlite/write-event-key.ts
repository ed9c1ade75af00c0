/** Writes which call a caller's own id names. */
import type { Connection } from "../../store/sqlite/connection.ts";
import type { EventKey } from "../rules/rows.ts";

/** What is not there any more is not written over: then the plain insert meets the key, and nothing is written. */
export function writeEventKey(
  connection: Connection,
  { customerId, sourceId, id, replaces }: EventKey,
): void {
  if (replaces !== undefined) {
    connection
      .prepare("delete from event_keys where customer_id = ? and source_id = ? and event_id = ?")
      .run(customerId, sourceId, replaces);
  }
  connection.prepare("insert into event_keys values (?, ?, ?)").run(customerId, sourceId, id);
}
