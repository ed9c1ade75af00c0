/** A key as the database keeps it: its limits as JSON, of its text only the hash. */
import type { CustomerId, KeyId } from "../core/ids.ts";
import { type Instant, instant } from "../core/instant.ts";
import type { Limit } from "../core/limits/limit.ts";
import { readLimit } from "../core/limits/read-limit.ts";
import type { Store } from "../store/store.ts";
import { hashBytes, type KeyKind, keyHash, shownPrefix } from "./key-text.ts";

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

export interface KeyPorts {
  readonly store: Store;
  readonly clock: { now(): Instant };
  /** Called once a change is durable and before it is acknowledged, so that nobody goes on with what was cached. */
  readonly changed: () => void;
}

/** What is kept of a key's text. */
export function storedText(text: string): { readonly hash: Uint8Array; readonly prefix: string } {
  return { hash: hashBytes(keyHash(text)), prefix: shownPrefix(text) };
}

export async function findKey(store: Store, id: string): Promise<Key | null> {
  const row = await selectKeys(store).where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : keyOf(row);
}

export function selectKeys(store: Store) {
  return store.db
    .selectFrom("keys")
    .select(["id", "kind", "customer_id", "prefix", "name", "limits"])
    .select(["created_at", "expires_at", "revoked_at", "last_used_at"]);
}

/** Neither revoked nor expired. */
export function liveKeysOf({ db }: Store, customerId: CustomerId, now: Instant) {
  return db
    .selectFrom("keys")
    .where("customer_id", "=", customerId)
    .where("revoked_at", "is", null)
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", BigInt(now))]));
}

type KeyRow = Awaited<ReturnType<ReturnType<typeof selectKeys>["execute"]>>[number];

export function keyOf(row: KeyRow): Key {
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
