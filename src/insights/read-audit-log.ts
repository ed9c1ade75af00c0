/** Who changed what, newest first, in pages that stay stable while entries come in. */
import { sql } from "kysely";
import { invalidField } from "../core/errors.ts";
import type { CustomerId } from "../core/ids.ts";
import { formatInstant, type Instant, instant } from "../core/instant.ts";
import type { Store } from "../store/store.ts";

export interface AuditLogWanted {
  /** What was done to this customer, their subscription and their keys. */
  readonly customerId: CustomerId | undefined;
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  /** `key.revoke`, or `key` for all that begin with `key.`. */
  readonly action?: string | undefined;
  readonly from: Instant | undefined;
  /** Exclusive. */
  readonly to: Instant | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface AuditLogEntry {
  readonly id: number;
  readonly timestamp: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  /** Where the subject is a customer or a key of one. */
  readonly customerId: CustomerId | null;
  readonly details: Record<string, unknown>;
}

export interface AuditLogPage {
  readonly entries: readonly AuditLogEntry[];
  /** null: this is the last page. */
  readonly nextCursor: string | null;
}

export async function readAuditLog(store: Store, wanted: AuditLogWanted): Promise<AuditLogPage> {
  const rows = await selectEntries(store, wanted).execute();
  const shown = rows.slice(0, wanted.limit);
  const owners = await ownersOf(
    store,
    shown.map(({ subject }) => subject),
  );
  const last = shown.at(-1);
  return {
    entries: shown.map((row) => ({
      id: Number(row.id),
      timestamp: formatInstant(instant(Number(row.at))),
      actor: row.actor,
      action: row.action,
      subject: row.subject,
      customerId: owners.get(row.subject) ?? null,
      details: JSON.parse(row.details) as Record<string, unknown>,
    })),
    nextCursor: rows.length > wanted.limit && last !== undefined ? writeCursor(last.id) : null,
  };
}

/** One row more than asked for tells whether there is another page. */
function selectEntries({ db }: Store, wanted: AuditLogWanted) {
  const { customerId, subject, actor, action, from, to, cursor } = wanted;
  let query = db
    .selectFrom("audit_log")
    .selectAll()
    .orderBy("id", "desc")
    .limit(wanted.limit + 1);
  if (cursor !== undefined) query = query.where("id", "<", readCursor(cursor));
  if (customerId !== undefined) {
    const keys = db.selectFrom("keys").select("id").where("customer_id", "=", customerId);
    query = query.where(({ eb, or }) =>
      or([eb("subject", "=", customerId), eb("subject", "in", keys)]),
    );
  }
  if (subject !== undefined) query = query.where("subject", "=", subject);
  if (actor !== undefined) query = query.where("actor", "=", actor);
  if (action !== undefined) {
    const begin = `${action}.`;
    query = query.where(({ eb, or }) =>
      or([
        eb("action", "=", action),
        eb(sql`substr(action, 1, ${sql.lit(begin.length)})`, "=", begin),
      ]),
    );
  }
  if (from !== undefined) query = query.where("at", ">=", BigInt(from));
  if (to !== undefined) query = query.where("at", "<", BigInt(to));
  return query;
}

/** Subjects are ids of customers, of keys, or names of what is nobody's. */
async function ownersOf(
  { db }: Store,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, CustomerId>> {
  const ids = [...new Set(subjects)];
  if (ids.length === 0) return new Map();
  const [customers, keys] = await Promise.all([
    db.selectFrom("customers").select("id").where("id", "in", ids).execute(),
    db
      .selectFrom("keys")
      .select(["id", "customer_id"])
      .where("id", "in", ids)
      .where("customer_id", "is not", null)
      .execute(),
  ]);
  return new Map([
    ...customers.map(({ id }) => [id, id as CustomerId] as const),
    ...keys.map((row) => [row.id, row.customer_id as CustomerId] as const),
  ]);
}

function writeCursor(id: bigint): string {
  return Buffer.from(`a${id}`).toString("base64url");
}

function readCursor(text: string): bigint {
  const match = /^a(\d{1,18})$/.exec(Buffer.from(text, "base64url").toString("latin1"));
  if (match?.[1] === undefined) {
    throw invalidField("cursor", "must be the next_cursor of an earlier page.");
  }
  return BigInt(match[1]);
}
