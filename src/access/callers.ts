/** Finds who calls by their key: from memory when seen before, so that a call costs no query. */
import { LRUCache } from "lru-cache";
import { AppError, invalidField } from "../core/errors.ts";
import type { CustomerId, KeyId, UserId } from "../core/ids.ts";
import { formatInstant, type Instant, instant, MINUTE_MS, SECOND_MS } from "../core/instant.ts";
import { countsAs } from "../core/key-family.ts";
import type { Payer } from "../ledger/ledger.ts";
import type { Store } from "../store/store.ts";
import type { Customers } from "./customers.ts";
import { hashBytes, type KeyKind, keyHash, looksLikeKey } from "./key-text.ts";
import { type LastUsed, trackLastUsed } from "./last-used.ts";
import { readUserIdHeader } from "./user-id.ts";

/** Whose allowance a call counts against, and what the operator calls them. */
export interface Caller {
  readonly payer: Payer;
  readonly userId: UserId;
}

/** Who asks the REST API. `actor` names them in the audit log. */
export type Principal = OperatorPrincipal | CustomerPrincipal;

export interface OperatorPrincipal extends Partial<KeyOfCaller> {
  readonly kind: "admin" | "service";
  readonly actor: string;
}

/** Without a key: signed in by a link. */
export interface CustomerPrincipal extends Partial<KeyOfCaller> {
  readonly kind: "customer";
  readonly customerId: CustomerId;
  readonly userId: UserId;
  readonly actor: string;
}

export interface KeyOfCaller {
  /** What its calls count as: of a key that replaced another, the first one's id. */
  readonly keyId: KeyId;
  /** The very key. */
  readonly ownKeyId: KeyId;
}

export interface Callers {
  /** Throws `unauthenticated`, `forbidden`, or `invalid_request` where a service key names no customer. */
  find(credential: string | null, actsFor: string | null): Caller | Promise<Caller>;
  /** Throws `unauthenticated`. */
  principalOf(credential: string | null): Principal | Promise<Principal>;
  /** Forgets what is remembered: a key or customer has changed. */
  forget(): void;
  /** Writes what is still to be written of the keys' last use. */
  close(): Promise<void>;
}

export interface CallerPorts {
  readonly store: Store;
  readonly customers: Customers;
  readonly clock: { now(): Instant };
  /** PURSER_ADMIN_KEY: any text, accepted beside the admin keys in the table; null: none is set. */
  readonly adminKey: string | null;
  /** Have we heard of every key that was revoked over a second ago? If not, a remembered key is looked up again. */
  readonly keysAreCurrent: () => boolean;
}

/** Of a key that was looked up. */
type KeyPrincipal = OperatorPrincipal | (CustomerPrincipal & KeyOfCaller);

interface KnownKey {
  readonly principal: KeyPrincipal;
  /** When it was looked up, by the process's monotonic clock. */
  readonly readAtMs: number;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
}

const KEYS_REMEMBERED = 50_000;
const CUSTOMERS_REMEMBERED = 100_000;
const STRANGERS_REMEMBERED = 10_000;
/** A change is heard of and forgets it; this is for what nobody could have told. */
const KEY_REMEMBERED_MS = 30 * SECOND_MS;
/** While changes are not heard of, a key is looked up this often: a key revoked elsewhere works here no longer than a second. */
const KEY_TRUSTED_MS = SECOND_MS / 2;
/** Nobody tells of a new key; one made elsewhere just after it was tried here works after this. */
const STRANGER_REMEMBERED_MS = SECOND_MS;

export function createCallers(ports: CallerPorts): Callers {
  const lastUsed = trackLastUsed(ports.store, MINUTE_MS);
  const ring = createKeyRing(ports);
  const acting = createActingFor(ports);

  const callerOf = (key: KnownKey, actsFor: string | null): Caller | Promise<Caller> => {
    const principal = usable(key, ports.clock.now(), lastUsed);
    if (principal.kind === "customer") return ownCaller(principal, actsFor);
    return acting.find(principal, actsFor);
  };
  return {
    find(credential, actsFor) {
      const key = ring.find(credential);
      return key instanceof Promise
        ? key.then((found) => callerOf(found, actsFor))
        : callerOf(key, actsFor);
    },
    principalOf(credential) {
      const key = ring.find(credential);
      return key instanceof Promise
        ? key.then((found) => usable(found, ports.clock.now(), lastUsed))
        : usable(key, ports.clock.now(), lastUsed);
    },
    forget() {
      ring.forget();
      acting.forget();
    },
    close: () => lastUsed.close(),
  };
}

/** A revoked or expired key is nobody, whatever it once was. */
function usable(key: KnownKey, now: Instant, lastUsed: LastUsed): KeyPrincipal {
  if (key.revokedAt !== null) throw unauthenticated("This key was revoked.");
  if (key.expiresAt !== null && key.expiresAt <= now) {
    throw unauthenticated(`This key expired at ${formatInstant(key.expiresAt)}.`);
  }
  if (key.principal.ownKeyId !== undefined) lastUsed.touch(key.principal.ownKeyId, now);
  return key.principal;
}

function ownCaller(principal: CustomerPrincipal & KeyOfCaller, actsFor: string | null): Caller {
  if (actsFor !== null && readUserIdHeader(actsFor, "x-purser-customer") !== principal.userId) {
    throw new AppError("forbidden", "This key may act for its own customer only.");
  }
  return {
    payer: { customerId: principal.customerId, keyId: principal.keyId },
    userId: principal.userId,
  };
}

export function unauthenticated(message: string): AppError {
  return new AppError("unauthenticated", message);
}

/** The keys that were seen lately, by the hash of their text. */
function createKeyRing(ports: CallerPorts) {
  const known = new LRUCache<string, KnownKey>({ max: KEYS_REMEMBERED, ttl: KEY_REMEMBERED_MS });
  const strangers = new LRUCache<string, true>({
    max: STRANGERS_REMEMBERED,
    ttl: STRANGER_REMEMBERED_MS,
  });
  const adminHash = ports.adminKey === null ? null : keyHash(ports.adminKey);
  const settingsAdmin: KnownKey = {
    principal: { kind: "admin", actor: "admin key" },
    readAtMs: 0,
    expiresAt: null,
    revokedAt: null,
  };
  // What was being read while something changed may be stale, so it is used but not remembered.
  let changes = 0;
  /** Many calls at once by one key wait for one look-up. */
  const coming = new Map<string, { readonly sinceMs: number; readonly key: Promise<KnownKey> }>();

  const load = async (credential: string, hash: string): Promise<KnownKey> => {
    if (!looksLikeKey(credential) || strangers.has(hash)) throw unknownKey();
    const changesBefore = changes;
    const key = await readKey(ports, hash).catch(lookUpFailed);
    if (key === null) {
      if (changes === changesBefore) strangers.set(hash, true);
      throw unknownKey();
    }
    const isNewest = (known.get(hash)?.readAtMs ?? 0) <= key.readAtMs;
    if (changes === changesBefore && isNewest) known.set(hash, key);
    return key;
  };
  const lookUp = (credential: string, hash: string): Promise<KnownKey> => {
    const sinceMs = performance.now();
    const begun = coming.get(hash);
    if (begun !== undefined && sinceMs - begun.sinceMs < KEY_TRUSTED_MS) return begun.key;
    const key = load(credential, hash).finally(() => {
      if (coming.get(hash)?.key === key) coming.delete(hash);
    });
    coming.set(hash, { sinceMs, key });
    return key;
  };
  const isTrusted = ({ readAtMs }: KnownKey): boolean =>
    ports.keysAreCurrent() || performance.now() - readAtMs < KEY_TRUSTED_MS;
  return {
    find(credential: string | null): KnownKey | Promise<KnownKey> {
      if (credential === null || credential === "") {
        throw unauthenticated(
          "Send a Purser key, such as `Authorization: Bearer purser_customer_…`.",
        );
      }
      const hash = keyHash(credential);
      if (hash === adminHash) return settingsAdmin;
      const key = known.get(hash);
      return key !== undefined && isTrusted(key) ? key : lookUp(credential, hash);
    },
    forget() {
      changes += 1;
      known.clear();
      strangers.clear();
      coming.clear();
    },
  };
}

function unknownKey(): AppError {
  return unauthenticated(
    "This key is not known here. Check that it is whole and belongs to this Purser.",
  );
}

function lookUpFailed(cause: unknown): never {
  if (cause instanceof AppError) throw cause;
  const message = "The database does not answer, so it cannot be said whose key this is.";
  throw new AppError("enforcement_unavailable", message, {}, { cause });
}

async function readKey(ports: CallerPorts, hash: string): Promise<KnownKey | null> {
  const readAtMs = performance.now();
  const row = await ports.store.db
    .selectFrom("keys")
    .select(["id", "kind", "customer_id", "expires_at", "revoked_at"])
    .where("hash", "=", hashBytes(hash))
    .executeTakeFirst();
  if (row === undefined) return null;
  const principal = await principalOfRow(ports, row);
  if (principal === null) return null;
  return {
    principal,
    readAtMs,
    expiresAt: row.expires_at === null ? null : instant(Number(row.expires_at)),
    revokedAt: row.revoked_at === null ? null : instant(Number(row.revoked_at)),
  };
}

async function principalOfRow(
  ports: CallerPorts,
  row: { id: string; kind: KeyKind; customer_id: string | null },
): Promise<KeyPrincipal | null> {
  const ownKeyId = row.id as KeyId;
  const of = { keyId: countsAs(ownKeyId), ownKeyId, actor: `key:${row.id}` };
  if (row.kind !== "customer") return { kind: row.kind, ...of };
  if (row.customer_id === null) return null;
  const customer = await ports.customers.findById(row.customer_id as CustomerId);
  if (customer === null) return null;
  return { kind: "customer", customerId: customer.id, userId: customer.userId, ...of };
}

/** The customers that service keys have lately acted for; unknown ones are made on the default plan. */
function createActingFor(ports: CallerPorts) {
  const callers = new LRUCache<string, Caller>({ max: CUSTOMERS_REMEMBERED });
  const coming = new Map<string, Promise<Caller>>();
  let changes = 0;

  const load = async (place: string, keyId: KeyId | undefined, userId: UserId): Promise<Caller> => {
    const changesBefore = changes;
    const customer = await ports.customers.ensure(userId);
    const payer = keyId === undefined ? {} : { keyId };
    const caller = { payer: { customerId: customer.id, ...payer }, userId };
    if (changes === changesBefore) callers.set(place, caller);
    return caller;
  };
  return {
    find(principal: { keyId?: KeyId }, actsFor: string | null): Caller | Promise<Caller> {
      if (actsFor === null || actsFor === "") {
        throw invalidField(
          "x-purser-customer",
          "a service or admin key must name in this header the customer it acts for.",
        );
      }
      const place = `${principal.keyId ?? ""}\n${actsFor}`;
      const known = callers.get(place) ?? coming.get(place);
      if (known !== undefined) return known;
      const userId = readUserIdHeader(actsFor, "x-purser-customer");
      // Many calls at once by a customer never seen before wait for one look-up.
      const found = load(place, principal.keyId, userId).finally(() => coming.delete(place));
      coming.set(place, found);
      return found;
    },
    forget() {
      changes += 1;
      callers.clear();
    },
  };
}
