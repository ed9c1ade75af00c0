/** Replaces a key by a new one that counts as it, so that a budget goes on and nothing is renewed. */
import type { Insertable } from "kysely";
import { AppError } from "../core/errors.ts";
import type { KeyId } from "../core/ids.ts";
import { formatInstant, type Instant, nearestInstant } from "../core/instant.ts";
import { replacementOf } from "../core/key-family.ts";
import { writeLimit } from "../core/limits/read-limit.ts";
import type { Schema } from "../store/schema.ts";
import { type Statement, type Store, UniqueViolation } from "../store/store.ts";
import { type AuditEntry, auditRowIf } from "./audit-log.ts";
import { findKey, type Key, type KeyPorts, type ShownKey, storedText } from "./key-row.ts";
import { newKeyText } from "./key-text.ts";

export interface Rotation {
  readonly id: string;
  /** How long the replaced key still works. */
  readonly overlapMs: number;
  readonly actor: string;
}

/** Throws `not_found`, or `conflict` where the key has ended or was replaced already. */
export async function rotateKey(ports: KeyPorts, of: Rotation): Promise<ShownKey> {
  const at = ports.clock.now();
  const replaced = await findKey(ports.store, of.id);
  if (replaced === null) throw new AppError("not_found", "There is no key with this id.");
  refuseEnded(replaced, at);
  return writeReplacement(ports, replaced, of, at);
}

function refuseEnded({ revokedAt, expiresAt }: Key, now: Instant): void {
  if (revokedAt !== null) {
    throw new AppError("conflict", "This key was revoked. Make a new one.");
  }
  if (expiresAt === null || expiresAt > now) return;
  throw new AppError(
    "conflict",
    `This key expired at ${formatInstant(expiresAt)}. Rotate the one that replaced it, or make a new one.`,
  );
}

async function writeReplacement(
  ports: KeyPorts,
  replaced: Key,
  { overlapMs, actor }: Rotation,
  at: Instant,
): Promise<ShownKey> {
  const key = newKeyText(replaced.kind);
  const stored = storedText(key);
  const id = replacementOf(replaced.id);
  const endsAt = nearestInstant(
    Math.min(at + overlapMs, replaced.expiresAt ?? Number.POSITIVE_INFINITY),
  );
  const details = { replaces: replaced.id, replaced_ends_at: formatInstant(endsAt) };
  const entry = { at, actor, action: "key.rotate", subject: id, details };
  const row = {
    ...{ id, kind: replaced.kind, customer_id: replaced.customerId, name: replaced.name },
    ...stored,
    limits: JSON.stringify(replaced.limits.map(writeLimit)),
    created_at: at,
    expires_at: replaced.expiresAt,
  };
  const [ended] = await ports.store
    .write(replacementStatements(ports.store, { replaced, endsAt, row, entry }))
    .catch((cause: unknown) => {
      // A key's replacement has one id, and stays in the table for good.
      throw cause instanceof UniqueViolation ? alreadyReplaced(id) : cause;
    });
  if ((ended?.length ?? 0) === 0) {
    throw new AppError("conflict", "This key was revoked at this moment. Make a new one.");
  }
  ports.changed();
  return { id, key, prefix: stored.prefix };
}

/** The first of them returns the replaced key; nothing where it was revoked meanwhile, and then nothing is left of the new one. */
function replacementStatements(
  store: Store,
  of: {
    readonly replaced: Key;
    readonly endsAt: Instant;
    readonly row: Insertable<Schema["keys"]>;
    readonly entry: AuditEntry;
  },
): Statement[] {
  const { db } = store;
  const { replaced, endsAt, row, entry } = of;
  const inForce = db
    .selectFrom("keys as other")
    .select("other.id")
    .where("other.id", "=", replaced.id)
    .where("other.revoked_at", "is", null);
  return [
    // Locks it, so that who revokes it at the same moment waits, or has been seen.
    db
      .updateTable("keys")
      .set({ expires_at: endsAt })
      .where("id", "=", replaced.id)
      .where("revoked_at", "is", null)
      .returning("id"),
    db.insertInto("keys").values(row),
    db
      .deleteFrom("keys")
      .where("id", "=", row.id)
      .where(({ exists, not }) => not(exists(inForce))),
    auditRowIf(store, entry, db.selectFrom("keys").select("id").where("id", "=", row.id)),
  ];
}

function alreadyReplaced(by: KeyId): AppError {
  return new AppError("conflict", `This key was replaced already, by ${by}. Rotate that one.`, {
    replaced_by: by,
  });
}
