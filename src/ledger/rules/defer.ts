/** Lets a hold wait for work that its provider answers later, and notes whose that work is. */
import type { Instant } from "../../core/instant.ts";
import type { Defer, Deferred, Unknown } from "../ledger.ts";
import type { Draft } from "./draft.ts";

/** The owner of a hold that waits for a provider: no boot's end ends it, and nobody over HTTP. */
const PROVIDER = "provider";

/** A hold that has ended meanwhile stays ended; the work is noted all the same, so that a late settle corrects it. */
export function defer(draft: Draft, operation: Defer): Deferred | Unknown {
  const { id, object, asked } = operation;
  const hold = draft.hold(id);
  const customerId = hold?.customerId ?? draft.event(id)?.event.customerId;
  if (customerId === undefined) return { kind: "unknown" };
  const { at } = draft.rows;
  if (hold?.state === "pending") {
    draft.putHold({ ...hold, owner: PROVIDER, expiresAt: (at + operation.ttlMs) as Instant });
  }
  draft.objects.push({ object, customerId, createdAt: at });
  draft.awaited.push({
    callId: id,
    provider: object.provider,
    objectId: object.objectId,
    customerId,
    asked,
    createdAt: at,
    askAt: (at + operation.askAfterMs) as Instant,
  });
  return { kind: "deferred" };
}
