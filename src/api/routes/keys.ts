/** Administrators make, list and revoke keys. */
import type { Key } from "../../access/keys.ts";
import type { CustomerId, UserId } from "../../core/ids.ts";
import { formatInstant, type Instant } from "../../core/instant.ts";
import { writeLimit } from "../../core/limits/read-limit.ts";
import type { Api } from "../api.ts";
import { key, keyIn, keys, keysQuery, shownKey } from "../contract/admin.ts";
import { idParams, noBody, noQuery, success } from "../contract/envelope.ts";
import type { ApiPorts } from "../ports.ts";
import { principalOf } from "../who-asks.ts";
import { readExpiry } from "./customers.ts";

export function keyRoutes(app: Api, ports: ApiPorts): void {
  app.post("/api/admin/keys", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "Makes a service or admin key; its text is shown this once",
      querystring: noQuery,
      body: keyIn,
      response: { 201: success(shownKey) },
    },
    handler: async (request, reply) => {
      const { kind, name, expires_at: expiry } = request.body;
      const wanted = { kind, name, ...readExpiry(expiry, ports.clock.now()) };
      const made = await ports.keys.create(wanted, principalOf(request).actor);
      return reply.code(201).send({ success: true as const, data: made });
    },
  });

  app.get("/api/admin/keys", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "All keys, newest first; never their text",
      querystring: keysQuery,
      response: { 200: success(keys) },
    },
    handler: async (request) => {
      const { keys: listed, total } = await ports.keys.list(request.query);
      const owners = listed.flatMap(({ customerId }) => customerId ?? []);
      const userIds = await ports.customers.userIdsOf(owners);
      const shown = listed.map((each) => shownListedKey(each, userIds));
      return { success: true as const, data: { keys: shown, total } };
    },
  });

  app.post("/api/admin/keys/:id/revoke", {
    config: { audience: "admin" },
    schema: {
      tags: ["admin"],
      summary: "Ends a key: the next call with it is refused",
      params: idParams,
      querystring: noQuery,
      body: noBody,
      response: { 200: success(key) },
    },
    handler: async (request) => {
      const revoked = await ports.keys.revoke(request.params.id, principalOf(request).actor);
      const owner = revoked.customerId === null ? [] : [revoked.customerId];
      const userIds = await ports.customers.userIdsOf(owner);
      return { success: true as const, data: shownListedKey(revoked, userIds) };
    },
  });
}

function shownListedKey(listed: Key, userIds: ReadonlyMap<CustomerId, UserId>) {
  const owner = listed.customerId === null ? null : userIds.get(listed.customerId);
  return {
    id: listed.id,
    kind: listed.kind,
    user_id: owner ?? null,
    name: listed.name,
    prefix: listed.prefix,
    limits: listed.limits.map(writeLimit),
    created_at: formatInstant(listed.createdAt),
    last_used_at: timeOrNull(listed.lastUsedAt),
    expires_at: timeOrNull(listed.expiresAt),
    revoked_at: timeOrNull(listed.revokedAt),
  };
}

function timeOrNull(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
