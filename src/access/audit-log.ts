/** Who changed what: one row for each change, written in the change's own transaction. */
import { type SelectQueryBuilder, sql } from "kysely";
import type { Instant } from "../core/instant.ts";
import type { Schema } from "../store/schema.ts";
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

/** The same, written only where `proof` finds a row once the statements before it have run. */
export function auditRowIf(
  store: Store,
  { at, actor, action, subject, details }: AuditEntry,
  proof: SelectQueryBuilder<Schema, never, unknown>,
): Statement {
  const text = JSON.stringify(details ?? {});
  // Of a parameter in a select PostgreSQL must be told the type.
  const row = sql`select cast(${at} as bigint), cast(${actor} as text), cast(${action} as text),
    cast(${subject} as text), cast(${text} as text) where exists ${proof}`;
  return {
    compile: () =>
      sql`insert into audit_log (at, actor, action, subject, details) ${row}`.compile(store.db),
  };
}
