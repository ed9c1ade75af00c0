/** Names for the ids that must never be mixed up, and the making of time-ordered ones. */
import { v7 } from "uuid";
import type { Instant } from "./instant.ts";

/** Random internal id of a customer. It carries nothing of who they are; usage rows hold only this. */
export type CustomerId = string & { readonly __id: "Customer" };
/** The operator's own id of a customer (`{user_id}` in the API). Stored encrypted, found by a keyed hash. */
export type UserId = string & { readonly __id: "User" };
export type KeyId = string & { readonly __id: "Key" };
/** UUIDv7 of a call: its reservation, its usage event and its `x-purser-request-id` are this one id. */
export type CallId = string & { readonly __id: "Call" };

/**
 * Makes a call's id from an instant and 16 random bytes (both come in, so that the core stays pure).
 * Ids of later milliseconds sort after earlier ones, so that indexes grow at one end.
 */
export function newCallId(at: Instant, random: Uint8Array): CallId {
  return v7({ msecs: at, random }) as CallId;
}
