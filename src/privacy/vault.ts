/** Keeps who a customer is apart from what they used: a key for each person, wrapped by PURSER_SECRET. */
import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "../core/errors.ts";
import type { UserId } from "../core/ids.ts";
import { type Store, UniqueViolation } from "../store/store.ts";
import { KEY_BYTES, seal, unseal } from "./seal.ts";

/** What is known of a person; nothing of it is stored in the clear. */
export interface Person {
  readonly userId: UserId;
  readonly email?: string;
  readonly name?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface SealedPerson {
  /** The person's own key, wrapped. Destroying it erases the person; the sums of their usage stay. */
  readonly sealed_key: Uint8Array;
  readonly sealed: Uint8Array;
}

export interface Vault {
  /** HMAC-SHA-256 of the user id: finds a customer without storing who they are. */
  lookupOf(userId: string): Uint8Array;
  seal(person: Person): SealedPerson;
  /** null: the person was erased. */
  open(row: SealedPerson): Person | null;
  /** Encrypts a text that is nobody's own, such as where a channel leads to, for one purpose. */
  sealText(purpose: string, text: string): Uint8Array;
  /** What `sealText` was given. Throws where the purpose or a single bit is another. */
  openText(purpose: string, sealed: Uint8Array): string;
  /** 32 bytes for one purpose: the same on every node and after each start, and of no use for finding the others. */
  keyFor(purpose: string): Uint8Array;
}

/** What is written over a person who is erased: no key, no text, and a hash that nobody's id has. */
export function erasedPerson(): SealedPerson & { readonly lookup: Uint8Array } {
  return {
    lookup: new Uint8Array(randomBytes(LOOKUP_BYTES)),
    sealed_key: new Uint8Array(0),
    sealed: new Uint8Array(0),
  };
}

interface StoredPerson extends Omit<Person, "userId"> {
  readonly user_id: UserId;
}

const SECRET_CHARS_LEAST = 16;
const LOOKUP_BYTES = 32;
const FINGERPRINT = "secret_fingerprint";
const KEY_NAMES = ["master", "lookup"] as const;

/**
 * Opens the vault with the operator's secret, making its random keys on first use. Throws where the secret is too
 * short or is not the one that this database was made with: nothing could be read, and new rows would be lost.
 */
export async function openVault(store: Store, secret: string): Promise<Vault> {
  if (secret.length < SECRET_CHARS_LEAST) {
    throw new AppError(
      "internal",
      `PURSER_SECRET must have at least ${SECRET_CHARS_LEAST} characters; take 32 random ones or more.`,
    );
  }
  const wrapping = derive(secret, "wrapping key");
  const fingerprint = fingerprintOf(secret);
  if ((await storedFingerprint(store)) === null) await makeKeys(store, { wrapping, fingerprint });
  if ((await storedFingerprint(store)) !== fingerprint) {
    throw new AppError(
      "internal",
      "PURSER_SECRET is not the secret this database was made with, so its customers cannot be read. " +
        "Start with the earlier secret (a made one is the file `secret` in the data directory; on PostgreSQL give every node the first one's), or with an empty database.",
    );
  }
  return vaultOf(await readKeys(store, wrapping));
}

/** What a database keeps of its secret (`secret_fingerprint` in `meta`): tells secrets apart and gives none away. */
export function fingerprintOf(secret: string): string {
  return Buffer.from(derive(secret, "fingerprint")).toString("hex").slice(0, 32);
}

function vaultOf(keys: { master: Uint8Array; lookup: Uint8Array }): Vault {
  const keyOfTexts = derive(keys.master, "texts");
  return {
    lookupOf: (userId) => new Uint8Array(createHmac("sha256", keys.lookup).update(userId).digest()),
    seal(person) {
      const own = randomBytes(KEY_BYTES);
      const { userId, ...rest } = person;
      const text = JSON.stringify({ user_id: userId, ...rest });
      return {
        sealed_key: seal(own, keys.master, "customer key"),
        sealed: seal(Buffer.from(text), own, "person"),
      };
    },
    open(row) {
      if (row.sealed_key.length === 0) return null;
      const own = unseal(row.sealed_key, keys.master, "customer key");
      const text = Buffer.from(unseal(row.sealed, own, "person")).toString("utf8");
      const { user_id: userId, ...rest } = JSON.parse(text) as StoredPerson;
      return { userId, ...rest };
    },
    sealText: (purpose, text) => seal(Buffer.from(text), keyOfTexts, `text ${purpose}`),
    openText: (purpose, sealed) =>
      Buffer.from(unseal(sealed, keyOfTexts, `text ${purpose}`)).toString("utf8"),
    keyFor: (purpose) => derive(keys.master, `key ${purpose}`),
  };
}

function derive(secret: string | Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "purser", purpose, KEY_BYTES));
}

async function storedFingerprint(store: Store): Promise<string | null> {
  const row = await store.db
    .selectFrom("meta")
    .select("value")
    .where("name", "=", FINGERPRINT)
    .executeTakeFirst();
  return row?.value ?? null;
}

async function makeKeys(
  store: Store,
  made: { wrapping: Uint8Array; fingerprint: string },
): Promise<void> {
  const keys = KEY_NAMES.map((name) => ({
    name,
    sealed: seal(randomBytes(KEY_BYTES), made.wrapping, `secret ${name}`),
  }));
  try {
    await store.write([
      store.db.insertInto("meta").values({ name: FINGERPRINT, value: made.fingerprint }),
      store.db.insertInto("secrets").values(keys),
    ]);
  } catch (cause) {
    // Another node started at the same moment and made them; its keys are read then.
    if (!(cause instanceof UniqueViolation)) throw cause;
  }
}

async function readKeys(
  store: Store,
  wrapping: Uint8Array,
): Promise<{ master: Uint8Array; lookup: Uint8Array }> {
  const rows = await store.db.selectFrom("secrets").select(["name", "sealed"]).execute();
  const keyOf = (name: (typeof KEY_NAMES)[number]): Uint8Array => {
    const row = rows.find((each) => each.name === name);
    if (row === undefined) throw new AppError("internal", `The vault's ${name} key is missing.`);
    return unseal(row.sealed, wrapping, `secret ${name}`);
  };
  return { master: keyOf("master"), lookup: keyOf("lookup") };
}
