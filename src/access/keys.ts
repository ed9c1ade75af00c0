/** Makes, lists and revokes keys; a key's text is shown once and never stored. */
import { randomUUID } from "node:crypto";
import { AppError } from "../core/errors.ts";
import type { CustomerId, KeyId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import type { Limit } from "../core/limits/limit.ts";
import { readLimit, writeLimit } from "../core/limits/read-limit.ts";
import type { Store } from "../store/store.ts";
import { auditRow } from "./audit-log.ts";
import { hashBytes, type KeyKind, keyHash, newKeyText, shownPrefix } from "./key-text.ts";

export interface NewKey {
  readonly kind: KeyKind;
  readonly name: string;
  /** Of a customer's key only. */
  readonly customerId?: CustomerId;
  /** A budget of the key's own, beside its customer's plan. */
  readonly limits?: readonly Limit[];
  readonly expiresAt?: Instant;
}

export interface Key {
  readonly id: KeyId;
  readonly kind: KeyKind;
  readonly customerId: CustomerId | null;
  readonly name: string;
  readonly prefix: string;
  readonly limits: readonly Limit[];
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly lastUsedAt: Instant | null;
}

/** The one moment at which a key's text is known. */
export interface ShownKey {
  readonly id: KeyId;
  readonly key: string;
  readonly prefix: string;
}

export interface Keys {
  create(wanted: NewKey, actor: string): Promise<ShownKey>;
  /** Revoking twice changes nothing. Throws `not_found`. */
  revoke(id: string, actor: string): Promise<Key>;
  /** Newest first. */
  list(page: { limit: number; offset: number }): Promise<{ keys: readonly Key[]; total: number }>;
}

interface KeyPorts {
  readonly store: Store;
  readonly clock: { now(): Instant };
  /** Called once a change is durable and before it is acknowledged, so that nobody goes on with what was cached. */
  readonly changed: () => void;
}

export function createKeys(ports: KeyPorts): Keys {
  return {
    create: (wanted, actor) => createKey(ports, wanted, actor),
    revoke: (id, actor) => revokeKey(ports, id, actor),
    list: (page) => listKeys(ports.store, page),
  };
}

async function createKey(ports: KeyPorts, wanted: NewKey, actor: string): Promise<ShownKey> {
  const { store } = ports;
  const key = newKeyText(wanted.kind);
  const id = randomUUID() as KeyId;
  const at = ports.clock.now();
  const prefix = shownPrefix(key);
  await store.write([
    store.db.insertInto("keys").values({
      id,
      kind: wanted.kind,
      customer_id: wanted.customerId ?? null,
      hash: hashBytes(keyHash(key)),
      prefix,
      name: wanted.name,
      limits: JSON.stringify((wanted.limits ?? []).map(writeLimit)),
      created_at: at,
      expires_at: wanted.expiresAt ?? null,
    }),
    auditRow(store, {
      at,
      actor,
      action: "key.create",
      subject: id,
      details: { kind: wanted.kind, name: wanted.name },
    }),
  ]);
  ports.changed();
  return { id, key, prefix };
}

async function revokeKey(ports: KeyPorts, id: string, actor: string): Promise<Key> {
  const { store } = ports;
  const row = await selectKeys(store).where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new AppError("not_found", "There is no key with this id.");
  const known = keyOf(row);
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
  page: { limit: number; offset: number },
): Promise<{ keys: readonly Key[]; total: number }> {
  const [rows, count] = await Promise.all([
    selectKeys(store)
      .orderBy("created_at", "desc")
      .orderBy("id", "desc")
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    store.db
      .selectFrom("keys")
      .select(({ fn }) => fn.countAll<bigint>().as("total"))
      .executeTakeFirstOrThrow(),
  ]);
  return { keys: rows.map(keyOf), total: Number(count.total) };
}

function selectKeys(store: Store) {
  return store.db
    .selectFrom("keys")
    .select([
      "id",
      "kind",
      "customer_id",
      "prefix",
      "name",
      "limits",
      "created_at",
      "expires_at",
      "revoked_at",
      "last_used_at",
    ]);
}

type KeyRow = Awaited<ReturnType<ReturnType<typeof selectKeys>["execute"]>>[number];

function keyOf(row: KeyRow): Key {
  const limits: unknown[] = JSON.parse(row.limits);
  return {
    id: row.id as KeyId,
    kind: row.kind,
    customerId: row.customer_id as CustomerId | null,
    name: row.name,
    prefix: row.prefix,
    limits: limits.map((limit, index) => readLimit(limit, `limits[${index}]`)),
    createdAt: instant(Number(row.created_at)),
    expiresAt: instantOrNull(row.expires_at),
    revokedAt: instantOrNull(row.revoked_at),
    lastUsedAt: instantOrNull(row.last_used_at),
  };
}

function instantOrNull(ms: bigint | null): Instant | null {
  return ms === null ? null : instant(Number(ms));
}
