/** A customer's own keys: seen, made, replaced and revoked by themself, or by the operator's backend for them. */
import type { FastifyRequest } from "fastify";
import type { Principal } from "../../access/callers.ts";
import type { Key } from "../../access/keys.ts";
import { AppError } from "../../core/errors.ts";
import { readLimit } from "../../core/limits/read-limit.ts";
import type { Api } from "../api.ts";
import {
  createOwnKey,
  listOwnKeys,
  revokeOwnKey,
  rotateOwnKey,
} from "../contract/endpoints/keys.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { shownOwnKey } from "../shown-key.ts";
import { subjectOf, subjectToCharge } from "../subject.ts";
import { principalOf } from "../who-asks.ts";
import { overlapMsOf, readExpiry } from "./keys.ts";

const LIVE_KEYS_MOST = 100;

export function ownKeyRoutes(app: Api, ports: ApiPorts): void {
  serve(app, listOwnKeys, async ({ params, query, request }) => {
    const { id } = await subjectOf(request, ports, params.user_id);
    const { limit, offset } = query;
    const { keys, total } = await ports.keys.list({ limit, offset, customerId: id });
    return { keys: keys.map(shownOwnKey), total };
  });
  serve(app, createOwnKey, async ({ params, body, request }) => {
    const asker = principalOf(request);
    await refuseRestricted(ports, asker);
    const owner =
      asker.kind === "service"
        ? await subjectToCharge(request, ports, params.user_id)
        : await subjectOf(request, ports, params.user_id);
    const wanted = {
      kind: "customer" as const,
      name: body.name,
      customerId: owner.id,
      limits: (body.limits ?? []).map((limit, index) => readLimit(limit, `limits[${index}]`)),
      ...readExpiry(body.expires_at, ports.clock.now()),
    };
    return ports.keys.create(wanted, asker.actor, LIVE_KEYS_MOST);
  });
  serve(app, revokeOwnKey, async ({ params, request }) => {
    const key = await ownKey(ports, request, params);
    return shownOwnKey(await ports.keys.revoke(key.id, principalOf(request).actor));
  });
  serve(app, rotateOwnKey, async ({ params, body, request }) => {
    const key = await ownKey(ports, request, params);
    const { actor } = principalOf(request);
    return ports.keys.rotate(key.id, overlapMsOf(body), actor, LIVE_KEYS_MOST);
  });
}

/** Throws `not_found`, for another's key too. */
async function ownKey(
  ports: ApiPorts,
  request: FastifyRequest,
  named: { readonly user_id: string; readonly key_id: string },
): Promise<Key> {
  const owner = await subjectOf(request, ports, named.user_id);
  const key = await ports.keys.find(named.key_id);
  if (key === null || key.customerId !== owner.id) {
    throw new AppError("not_found", "There is no key with this id.");
  }
  const asker = principalOf(request);
  if (asker.kind === "customer" && asker.ownKeyId !== key.id) await refuseRestricted(ports, asker);
  return key;
}

/** Else a key that was given away with a budget, or for a while, could make itself one without. */
async function refuseRestricted(ports: ApiPorts, asker: Principal): Promise<void> {
  if (asker.kind !== "customer" || asker.ownKeyId === undefined) return;
  const own = await ports.keys.find(asker.ownKeyId);
  if (own !== null && own.limits.length === 0 && own.expiresAt === null) return;
  throw new AppError(
    "forbidden",
    "A key with a budget or an end of its own changes no other keys, and makes none.",
  );
}
