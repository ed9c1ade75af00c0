/** Makes, lists, replaces and revokes keys; a key's text is shown once and never stored. */
import { randomUUID } from "node:crypto";
import { AppError } from "../core/errors.ts";
import type { CustomerId, KeyId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Limit } from "../core/limits/limit.ts";
import { writeLimit } from "../core/limits/read-limit.ts";
import type { Store } from "../store/store.ts";
import { auditRow } from "./audit-log.ts";
import { insertKey } from "./insert-key.ts";
import {
  findKey,
  type Key,
  type KeyPorts,
  keyOf,
  liveKeysOf,
  type ShownKey,
  selectKeys,
  storedText,
} from "./key-row.ts";
import { type KeyKind, newKeyText } from "./key-text.ts";
import { rotateKey } from "./rotate-key.ts";

export type { Key } from "./key-row.ts";

export interface NewKey {
  readonly kind: KeyKind;
  readonly name: string;
  /** Of a customer's key only. */
  readonly customerId?: CustomerId;
  /** A budget of the key's own, beside its customer's plan. */
  readonly limits?: readonly Limit[];
  readonly expiresAt?: Instant;
}

export interface KeysWanted {
  readonly limit: number;
  readonly offset: number;
  readonly kind?: KeyKind;
  readonly customerId?: CustomerId;
}

export interface Keys {
  /** Throws `conflict` where its customer has `liveMost` live keys already. */
  create(wanted: NewKey, actor: string, liveMost?: number): Promise<ShownKey>;
  find(id: string): Promise<Key | null>;
  /** Revoking twice changes nothing. Throws `not_found`. */
  revoke(id: string, actor: string): Promise<Key>;
  /**
   * Makes a key like it, which counts as it; the other ends after the overlap. Throws `not_found`, or `conflict` where it
   * has ended or was replaced already, or where with the overlap its customer would have more than `liveMost` live keys.
   */
  rotate(id: string, overlapMs: number, actor: string, liveMost?: number): Promise<ShownKey>;
  /** Newest first. */
  list(wanted: KeysWanted): Promise<{ keys: readonly Key[]; total: number }>;
  /** Neither revoked nor expired. */
  countLive(customerId: CustomerId): Promise<number>;
}

export function createKeys(ports: KeyPorts): Keys {
  return {
    create: (wanted, actor, liveMost) => createKey(ports, wanted, actor, liveMost),
    find: (id) => findKey(ports.store, id),
    revoke: (id, actor) => revokeKey(ports, id, actor),
    rotate: (id, overlapMs, actor, liveMost) =>
      rotateKey(ports, { id, overlapMs, actor, liveMost: liveMost ?? null }),
    list: (wanted) => listKeys(ports.store, wanted),
    async countLive(customerId) {
      const row = await liveKeysOf(ports.store, customerId, ports.clock.now())
        .select(({ fn }) => fn.countAll<bigint>().as("live"))
        .executeTakeFirstOrThrow();
      return Number(row.live);
    },
  };
}

async function createKey(
  ports: KeyPorts,
  wanted: NewKey,
  actor: string,
  liveMost?: number,
): Promise<ShownKey> {
  const { kind, name, customerId } = wanted;
  const key = newKeyText(kind);
  const id = randomUUID() as KeyId;
  const at = ports.clock.now();
  const stored = storedText(key);
  // People name keys after themselves, and the audit log outlives them.
  const details = kind === "customer" ? { kind } : { kind, name };
  const isBounded = customerId !== undefined && liveMost !== undefined;
  await insertKey(ports.store, {
    row: {
      ...{ id, kind, name, customer_id: customerId ?? null, created_at: at },
      ...stored,
      limits: JSON.stringify((wanted.limits ?? []).map(writeLimit)),
      expires_at: wanted.expiresAt ?? null,
    },
    entry: { at, actor, action: "key.create", subject: id, details },
    room: isBounded ? { customerId, liveMost } : null,
  });
  ports.changed();
  return { id, key, prefix: stored.prefix };
}

async function revokeKey(ports: KeyPorts, id: string, actor: string): Promise<Key> {
  const { store } = ports;
  const known = await findKey(store, id);
  if (known === null) throw new AppError("not_found", "There is no key with this id.");
  if (known.revokedAt !== null) return known;
  const at = ports.clock.now();
  await store.write([
    store.db
      .updateTable("keys")
      .set({ revoked_at: at })
      .where("id", "=", id)
      .where("revoked_at", "is", null),
    auditRow(store, { at, actor, action: "key.revoke", subject: id }),
  ]);
  ports.changed();
  return { ...known, revokedAt: at };
}

async function listKeys(
  store: Store,
  { limit, offset, kind, customerId }: KeysWanted,
): Promise<{ keys: readonly Key[]; total: number }> {
  let page = selectKeys(store);
  let all = store.db.selectFrom("keys").select(({ fn }) => fn.countAll<bigint>().as("total"));
  if (kind !== undefined) {
    page = page.where("kind", "=", kind);
    all = all.where("kind", "=", kind);
  }
  if (customerId !== undefined) {
    page = page.where("customer_id", "=", customerId);
    all = all.where("customer_id", "=", customerId);
  }
  const [rows, count] = await Promise.all([
    page.orderBy("created_at", "desc").orderBy("id", "desc").limit(limit).offset(offset).execute(),
    all.executeTakeFirstOrThrow(),
  ]);
  return { keys: rows.map(keyOf), total: Number(count.total) };
}
