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
import { lockCustomer, type Room, tooManyKeys } from "./insert-key.ts";
import {
  findKey,
  type Key,
  type KeyPorts,
  liveKeysOf,
  type ShownKey,
  storedText,
} from "./key-row.ts";
import { newKeyText } from "./key-text.ts";

export interface Rotation {
  readonly id: string;
  /** How long the replaced key still works. */
  readonly overlapMs: number;
  readonly actor: string;
  /** How many live keys its customer may have with the overlap; null: any number. */
  readonly liveMost: number | null;
}

/** Throws `not_found`, or `conflict` where the key has ended or was replaced already, or there is no room for both. */
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
  { overlapMs, actor, liveMost }: Rotation,
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
  const { customerId } = replaced;
  // Without an overlap there are as many live keys as before.
  const isBounded = customerId !== null && liveMost !== null && overlapMs > 0;
  const room = isBounded ? { customerId, liveMost } : null;
  const lock = room === null ? [] : [lockCustomer(ports.store, room.customerId)];
  const statements = replacementStatements(ports.store, { replaced, endsAt, row, entry, room });
  const written = await ports.store.write([...lock, ...statements]).catch((cause: unknown) => {
    // A key's replacement has one id, and stays in the table for good.
    throw cause instanceof UniqueViolation ? alreadyReplaced(id) : cause;
  });
  if ((written[lock.length]?.length ?? 0) === 0) {
    const isRevoked = (await findKey(ports.store, replaced.id))?.revokedAt !== null;
    if (room !== null && !isRevoked) throw tooManyKeys(room.liveMost);
    throw new AppError("conflict", "This key was revoked at this moment. Make a new one.");
  }
  ports.changed();
  return { id, key, prefix: stored.prefix };
}

/**
 * The first of them returns the replaced key; nothing where it was revoked meanwhile or there is no room for both, and then
 * nothing is left of the new one.
 */
function replacementStatements(
  store: Store,
  of: {
    readonly replaced: Key;
    readonly endsAt: Instant;
    readonly row: Insertable<Schema["keys"]>;
    readonly entry: AuditEntry;
    readonly room: Room | null;
  },
): Statement[] {
  const { db } = store;
  const { replaced, endsAt, row, entry, room } = of;
  const inForce = db
    .selectFrom("keys as other")
    .select("other.id")
    .where("other.id", "=", replaced.id)
    .where("other.revoked_at", "is", null);
  let end = db
    .updateTable("keys")
    .set({ expires_at: endsAt })
    .where("id", "=", replaced.id)
    .where("revoked_at", "is", null);
  let takeBack = db.deleteFrom("keys").where("id", "=", row.id);
  if (room === null) {
    takeBack = takeBack.where(({ exists, not }) => not(exists(inForce)));
  } else {
    const live = liveKeysOf(store, room.customerId, entry.at).select(({ fn }) =>
      fn.countAll().as("live"),
    );
    end = end.where(live, "<", room.liveMost);
    takeBack = takeBack.where(({ eb, exists, not, or }) =>
      or([not(exists(inForce)), eb(live, ">", room.liveMost)]),
    );
  }
  return [
    // Locks it, so that who revokes it at the same moment waits, or has been seen.
    end.returning("id"),
    db.insertInto("keys").values(row),
    takeBack,
    auditRowIf(store, entry, db.selectFrom("keys").select("id").where("id", "=", row.id)),
  ];
}

function alreadyReplaced(by: KeyId): AppError {
  return new AppError("conflict", `This key was replaced already, by ${by}. Rotate that one.`, {
    replaced_by: by,
  });
}
