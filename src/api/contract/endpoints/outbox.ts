/** What was told to whom, and trying again what did not arrive. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { outboxPage, outboxQuery, retried } from "../outbox.ts";

const ADMIN = { audience: "admin", tag: "admin" } as const;

export const listOutbox = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/outbox",
  summary: "Each message to each receiver, newest first: sent, waiting, given up or dropped",
  query: outboxQuery,
  body: noBody,
  answer: outboxPage,
  errors: ["not_found"],
});

export const retryDelivery = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/outbox/:id/retry",
  summary: "Makes a message due now, unless it was sent",
  description:
    "One that was given up or dropped has all its attempts anew. One that was sent is 409. Messages to one receiver go in order, so it waits for those before it.",
  query: noQuery,
  body: noBody,
  answer: retried,
  errors: ["not_found", "conflict"],
});
