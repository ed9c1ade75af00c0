/** What happens to a customer, as it happens. */
import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { noBody } from "../envelope.ts";
import { streamQuery } from "../stream.ts";

export const streamUsage = endpoint({
  method: "GET",
  path: "/api/subscription/stream/:user_id",
  audience: "customer",
  tag: "usage",
  summary: "Calls, alerts and changes of the subscription, as they happen",
  description:
    "Server-sent events `usage` (a line of the log with `period_totals`), `alert`, `subscription`, and `reset` where too much was missed. Send the `id` of the last event as the header `Last-Event-ID` to go on from there, on any node.",
  query: streamQuery,
  body: noBody,
  answer: z.string(),
  bare: true,
  contentTypes: ["text/event-stream"],
  errors: ["starting"],
});
