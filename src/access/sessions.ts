/** Who is signed in to the dashboard: a key, or a link that a backend made, exchanged for a session that ends. */
import { randomBytes } from "node:crypto";
import type { CustomerId, KeyId } from "../core/ids.ts";
import { DAY_MS, HOUR_MS, type Instant, instant } from "../core/instant.ts";
import { countsAs } from "../core/key-family.ts";
import type { Store } from "../store/store.ts";
import {
  type CustomerPrincipal,
  type OperatorPrincipal,
  type Principal,
  unauthenticated,
} from "./callers.ts";
import type { Customer, Customers } from "./customers.ts";
import { hashBytes, keyHash } from "./key-text.ts";

export interface Session {
  readonly principal: (OperatorPrincipal & { readonly kind: "admin" }) | CustomerPrincipal;
  /** Real time: a session is a matter of browsers, not of billing. */
  readonly expiresAt: Instant;
}

export interface Sessions {
  /** Exchanges a key's principal for a session; its token is known to nobody but the browser. Service keys sign nobody in. */
  begin(principal: Principal, credential: string): Promise<SessionBegun>;
  /** The same for a portal link, once. Throws `unauthenticated` where it was used, has ended or is none. */
  beginByLink(token: string): Promise<SessionBegun & { readonly returnUrl: string | null }>;
  /** Throws `unauthenticated` where it has ended, or the key it was begun with has. */
  find(token: string): Promise<Session>;
  end(token: string): Promise<void>;
  /** A link that signs that customer in, once, within that time. */
  makeLink(wanted: {
    readonly customer: Customer;
    readonly returnUrl: string | null;
    readonly ttlMs: number;
    readonly actor: string;
  }): Promise<{ readonly token: string; readonly expiresAt: Instant }>;
}

export interface SessionBegun extends Session {
  readonly token: string;
}

interface SessionPorts {
  readonly store: Store;
  readonly customers: Pick<Customers, "findById">;
  readonly clock: { now(): Instant };
  /** Hash of PURSER_ADMIN_KEY, as key-text.ts makes it; null: none is set. */
  readonly adminKeyHash: string | null;
  /** Real time. */
  readonly now?: () => Instant;
}

const TOKEN_BYTES = 32;
const LASTS_MS = { admin: 12 * HOUR_MS, customer: 7 * DAY_MS, portal: 8 * HOUR_MS };
/** What has ended is forgotten with the next sign-in, some at a time. */
const FORGOTTEN_MOST = 1_000;

const ENDED = "This session has ended. Sign in again.";

export function createSessions(ports: SessionPorts): Sessions {
  const { store, now = () => instant(Date.now()) } = ports;
  const begin = async (of: SessionOf, lastsMs: number): Promise<SessionBegun> => {
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    const [createdAt, expiresAt] = [now(), instant(now() + lastsMs)];
    const { principal, keyId, proof } = of;
    await store.write([
      store.db.insertInto("sessions").values({
        hash: hashOf(token),
        kind: principal.kind,
        key_id: keyId,
        proof,
        customer_id: principal.kind === "customer" ? principal.customerId : null,
        created_at: createdAt,
        expires_at: expiresAt,
      }),
      ...forgetEnded(store, createdAt),
    ]);
    return { token, principal, expiresAt };
  };
  return {
    async begin(principal, credential) {
      const keyId = principal.ownKeyId ?? null;
      const proof = keyId === null ? keyHash(credential) : null;
      const person = personal(principal);
      return begin({ principal: person, keyId, proof }, LASTS_MS[person.kind]);
    },
    async beginByLink(token) {
      const [used] = await store.write([
        store.db
          .deleteFrom("portal_links")
          .where("hash", "=", hashOf(token))
          .where("expires_at", ">", BigInt(now()))
          .returning(["customer_id", "return_url"]),
      ]);
      // Returned by the statement above.
      const link = used?.[0] as { customer_id: string; return_url: string | null } | undefined;
      const principal =
        link === undefined ? null : await customerPrincipal(ports, link.customer_id as CustomerId);
      if (link === undefined || principal === null) {
        throw unauthenticated("This link was used before, or its time is over. Ask for a new one.");
      }
      const begun = await begin({ principal, keyId: null, proof: null }, LASTS_MS.portal);
      return { ...begun, returnUrl: link.return_url };
    },
    find: (token) => findSession(ports, token, now()),
    async end(token) {
      await store.write([store.db.deleteFrom("sessions").where("hash", "=", hashOf(token))]);
    },
    async makeLink({ customer, returnUrl, ttlMs, actor }) {
      const token = randomBytes(TOKEN_BYTES).toString("base64url");
      const [createdAt, expiresAt] = [now(), instant(now() + ttlMs)];
      await store.write([
        store.db.insertInto("portal_links").values({
          hash: hashOf(token),
          customer_id: customer.id,
          return_url: returnUrl,
          made_by: actor,
          created_at: createdAt,
          expires_at: expiresAt,
        }),
        ...forgetEnded(store, createdAt),
      ]);
      return { token, expiresAt };
    },
  };
}

function personal(principal: Principal): Session["principal"] {
  switch (principal.kind) {
    case "customer":
      return principal;
    case "admin":
      return { ...principal, kind: "admin" };
    case "service":
      throw unauthenticated("A service key is for programs; sign in with an admin key.");
  }
}

interface SessionOf {
  readonly principal: Session["principal"];
  readonly keyId: KeyId | null;
  /** Of PURSER_ADMIN_KEY, which has no row: its hash, so that another key ends the session. */
  readonly proof: string | null;
}

async function findSession(ports: SessionPorts, token: string, now: Instant): Promise<Session> {
  const row = await ports.store.db
    .selectFrom("sessions")
    .leftJoin("keys", "keys.id", "sessions.key_id")
    .select(["sessions.kind", "sessions.key_id", "sessions.proof", "sessions.customer_id"])
    .select(["sessions.expires_at", "keys.revoked_at", "keys.expires_at as key_expires_at"])
    .select("keys.id as live_key")
    .where("sessions.hash", "=", hashOf(token))
    .where("sessions.expires_at", ">", BigInt(now))
    .executeTakeFirst();
  if (row === undefined) throw unauthenticated(ENDED);
  const keyIsOver =
    row.key_id !== null &&
    (row.live_key === null ||
      row.revoked_at !== null ||
      (row.key_expires_at !== null && row.key_expires_at <= BigInt(ports.clock.now())));
  const adminKeyChanged = row.proof !== null && row.proof !== ports.adminKeyHash;
  if (keyIsOver || adminKeyChanged) throw unauthenticated(ENDED);
  const key = row.key_id === null ? {} : keyOf(row.key_id as KeyId);
  const principal =
    row.kind === "admin"
      ? {
          kind: "admin" as const,
          actor: row.key_id === null ? "admin key" : `key:${row.key_id}`,
          ...key,
        }
      : await customerPrincipal(ports, row.customer_id as CustomerId, key);
  if (principal === null) throw unauthenticated(ENDED);
  return { principal, expiresAt: instant(Number(row.expires_at)) };
}

function keyOf(id: KeyId): { keyId: KeyId; ownKeyId: KeyId } {
  return { keyId: countsAs(id), ownKeyId: id };
}

/** null: there is no such customer any more. */
async function customerPrincipal(
  { customers }: SessionPorts,
  id: CustomerId,
  key: { keyId?: KeyId; ownKeyId?: KeyId } = {},
): Promise<CustomerPrincipal | null> {
  const customer = await customers.findById(id);
  if (customer === null) return null;
  const actor = key.ownKeyId === undefined ? "portal" : `key:${key.ownKeyId}`;
  return { kind: "customer", customerId: id, userId: customer.userId, actor, ...key };
}

function forgetEnded({ db }: Store, now: Instant) {
  return (["sessions", "portal_links"] as const).map((table) =>
    db
      .deleteFrom(table)
      .where("hash", "in", (query) =>
        query
          .selectFrom(table)
          .select("hash")
          .where("expires_at", "<=", BigInt(now))
          .limit(FORGOTTEN_MOST),
      ),
  );
}

function hashOf(token: string): Uint8Array {
  return hashBytes(keyHash(token));
}
