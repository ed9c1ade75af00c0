/** Would these calls be let through, and what would they cost at most. */
import { endpoint } from "../endpoint.ts";
import { noQuery } from "../envelope.ts";
import { preflighted, preflightIn } from "../preflight.ts";

export const checkPreflight = endpoint({
  method: "POST",
  path: "/api/subscription/preflight-check",
  audience: "customer",
  tag: "calls",
  summary: "Would these calls be let through, judged as one batch; holds nothing",
  description:
    "What a limit or the plan refuses is `allowed: false`, never a failure. The customer is the caller, or for a service key the one named in `x-purser-customer` or `user_id`.",
  query: noQuery,
  body: preflightIn,
  answer: preflighted,
});
