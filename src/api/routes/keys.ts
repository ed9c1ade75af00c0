/** Administrators make, list, replace and revoke keys. */
import type { Key } from "../../access/keys.ts";
import { readUserId } from "../../access/user-id.ts";
import { invalidField } from "../../core/errors.ts";
import type { CustomerId, UserId } from "../../core/ids.ts";
import { type Instant, parseInstant, SECOND_MS } from "../../core/instant.ts";
import type { Api } from "../api.ts";
import { createKey, listKeys, revokeKey, rotateKey } from "../contract/endpoints/keys.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { shownOwnKey } from "../shown-key.ts";
import { noSuchCustomer } from "../subject.ts";
import { principalOf } from "../who-asks.ts";

export function keyRoutes(app: Api, ports: ApiPorts): void {
  serve(app, createKey, ({ body, request }) => {
    const { kind, name, expires_at: expiry } = body;
    const wanted = { kind, name, ...readExpiry(expiry, ports.clock.now()) };
    return ports.keys.create(wanted, principalOf(request).actor);
  });
  serve(app, listKeys, async ({ query }) => {
    const { limit, offset, kind, user_id: userId } = query;
    const { keys: listed, total } = await ports.keys.list({
      limit,
      offset,
      ...(kind === undefined ? {} : { kind }),
      ...(userId === undefined ? {} : { customerId: await customerIdNamed(ports, userId) }),
    });
    const owners = listed.flatMap(({ customerId }) => customerId ?? []);
    const userIds = await ports.customers.userIdsOf([...new Set(owners)]);
    return { keys: listed.map((each) => shownKey(each, userIds)), total };
  });
  serve(app, revokeKey, async ({ params, request }) => {
    const revoked = await ports.keys.revoke(params.id, principalOf(request).actor);
    const owner = revoked.customerId === null ? [] : [revoked.customerId];
    return shownKey(revoked, await ports.customers.userIdsOf(owner));
  });
  serve(app, rotateKey, ({ params, body, request }) =>
    ports.keys.rotate(params.id, overlapMsOf(body), principalOf(request).actor),
  );
}

/** Left out, the replaced key ends at once. */
export function overlapMsOf(body: { overlap_seconds: number } | null | undefined): number {
  return (body?.overlap_seconds ?? 0) * SECOND_MS;
}

/** Throws `invalid_request` for a time that has passed. */
export function readExpiry(text: string | undefined, now: Instant): { expiresAt?: Instant } {
  if (text === undefined) return {};
  const expiresAt = parseInstant(text, "expires_at");
  if (expiresAt <= now) throw invalidField("expires_at", "has passed already.");
  return { expiresAt };
}

/** The operator's own id, or the internal one of somebody who was erased. Throws `not_found`. */
export async function customerIdNamed(
  { customers }: Pick<ApiPorts, "customers">,
  userId: string,
): Promise<CustomerId> {
  const found =
    (await customers.find(readUserId(userId, "user_id"))) ?? (await customers.findErased(userId));
  if (found === null) throw noSuchCustomer();
  return found.id;
}

function shownKey(key: Key, userIds: ReadonlyMap<CustomerId, UserId>) {
  const { customerId } = key;
  return {
    ...shownOwnKey(key),
    kind: key.kind,
    user_id: customerId === null ? null : (userIds.get(customerId) ?? customerId),
  };
}
