/** A customer's own keys, as methods of the client. */
import type { BodyIn, QueryIn } from "../api/contract/endpoint.ts";
import * as keys from "../api/contract/endpoints/keys.ts";
import type { Call } from "./ask-endpoint.ts";

export function keyMethods(call: Call) {
  return {
    keys: (userId: string, query: QueryIn<typeof keys.listOwnKeys> = {}) =>
      call(keys.listOwnKeys, { params: { user_id: userId }, query }),
    /** The one answer that holds the new key's text. */
    createKey: (userId: string, body: BodyIn<typeof keys.createOwnKey>) =>
      call(keys.createOwnKey, { params: { user_id: userId }, body }),
    revokeKey: (userId: string, keyId: string) =>
      call(keys.revokeOwnKey, { params: { user_id: userId, key_id: keyId } }),
    /** A new key like that one, which ends after `overlap_seconds`, or at once. */
    rotateKey: (userId: string, keyId: string, body: BodyIn<typeof keys.rotateOwnKey> = {}) =>
      call(keys.rotateOwnKey, { params: { user_id: userId, key_id: keyId }, body }),
  };
}
