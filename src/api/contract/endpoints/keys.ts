/** Keys: made, listed, replaced and ended, by administrators and by customers for themselves. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import {
  customerKeyIn,
  key,
  keyIn,
  keys,
  keysQuery,
  ownKey,
  ownKeys,
  ownKeysQuery,
  rotateIn,
  shownKey,
} from "../keys.ts";

const ADMIN = { audience: "admin", tag: "admin" } as const;
const OWN = { audience: "customer", tag: "keys" } as const;

export const createKey = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/keys",
  summary: "Makes a service or admin key; its text is shown this once",
  query: noQuery,
  body: keyIn,
  answer: shownKey,
  status: 201,
});

export const listKeys = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/keys",
  summary: "All keys, newest first; never their text",
  query: keysQuery,
  body: noBody,
  answer: keys,
});

export const revokeKey = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/keys/:id/revoke",
  summary: "Ends a key: the next call with it is refused",
  query: noQuery,
  body: noBody,
  answer: key,
  errors: ["not_found"],
});

export const rotateKey = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/keys/:id/rotate",
  summary: "Replaces a key by a new one, shown this once; its usage and budget go on",
  description: "The replaced key works for `overlap_seconds` more; without them it ends at once.",
  query: noQuery,
  body: rotateIn,
  answer: shownKey,
  status: 201,
  errors: ["not_found", "conflict"],
});

export const listOwnKeys = endpoint({
  ...OWN,
  method: "GET",
  path: "/api/subscription/keys/:user_id",
  summary: "A customer's keys, newest first; never their text",
  query: ownKeysQuery,
  body: noBody,
  answer: ownKeys,
});

export const createOwnKey = endpoint({
  ...OWN,
  method: "POST",
  path: "/api/subscription/keys/:user_id",
  summary: "Makes a key for a customer; its text is shown this once",
  description:
    "At most 100 live keys. A key with a budget or an end of its own makes no keys: 403.",
  query: noQuery,
  body: customerKeyIn,
  answer: shownKey,
  status: 201,
  errors: ["conflict"],
});

export const revokeOwnKey = endpoint({
  ...OWN,
  method: "POST",
  path: "/api/subscription/keys/:user_id/:key_id/revoke",
  summary: "Ends a key of a customer: the next call with it is refused",
  query: noQuery,
  body: noBody,
  answer: ownKey,
  errors: ["not_found"],
});

export const rotateOwnKey = endpoint({
  ...OWN,
  method: "POST",
  path: "/api/subscription/keys/:user_id/:key_id/rotate",
  summary: "Replaces a key of a customer by a new one, shown this once; its budget goes on",
  query: noQuery,
  body: rotateIn,
  answer: shownKey,
  status: 201,
  errors: ["not_found", "conflict"],
});
