/** Who changed what: one row for each change, written in the change's own transaction. */
import type { Instant } from "../core/instant.ts";
import type { Statement, Store } from "../store/store.ts";

export interface AuditEntry {
  readonly at: Instant;
  /** Who did it: `key:<id>`, `admin key`, `socket`. */
  readonly actor: string;
  /** e.g. `key.revoke`. */
  readonly action: string;
  /** The id of what was changed; never a person's own id. */
  readonly subject: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

export function auditRow(store: Store, entry: AuditEntry): Statement {
  return store.db.insertInto("audit_log").values({
    at: entry.at,
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    details: JSON.stringify(entry.details ?? {}),
  });
}
