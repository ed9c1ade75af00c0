/** What a customer is limited to, and what is left of it. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { limitUses } from "../limit-use.ts";

export const getLimits = endpoint({
  method: "GET",
  path: "/api/subscription/limits/:user_id",
  audience: "customer",
  tag: "usage",
  summary:
    "Each limit of a customer's plan and keys: what is used, held and left, and when it resets",
  description: "Of any meter and window. What is unlimited is left out.",
  query: noQuery,
  body: noBody,
  answer: limitUses,
});
