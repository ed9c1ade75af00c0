/** How an endpoint can fail: which codes, what each means, and what comes with it beyond the envelope. */
import { z } from "zod";
import type { ErrorCode } from "../../core/errors.ts";
import { type Endpoint, paramNames } from "./endpoint.ts";
import { failure, time } from "./envelope.ts";

/** The first sentence of each code's page in `docs/errors/`. */
export const ERROR_MEANINGS: Readonly<Record<ErrorCode, string>> = {
  invalid_request: "The request cannot be understood as it is.",
  unauthenticated: "No key that is in force came with the request.",
  payment_required: "What was asked for must be paid first.",
  subscription_expired:
    "The payment provider reported that the subscription was not paid, and the time of grace is over.",
  forbidden: "The key is good, but may not do this.",
  not_included: "The customer's plan does not have this provider.",
  not_found: "There is nothing here by that id or at that address.",
  operation_not_offered: "The provider has this operation, but it cannot be used through Purser.",
  conflict: "It cannot be done in the state things are in.",
  already_settled: "The reservation has ended already, as a usage event, so it cannot be released.",
  too_large: "The body is larger than is accepted.",
  unsupported_media_type: "The body is of a kind that this address does not take.",
  price_unknown: "No price is known for this model, and a limit on cost covers the call.",
  plan_unknown: "There is no plan by that name or id.",
  limit_reached: "A limit is used up.",
  limit_held: "The limit has room, but calls that are running now hold it.",
  too_many_requests: "Too many requests to Purser's own API in a short time.",
  internal: "Something broke inside Purser.",
  not_implemented: "This does not exist in this version.",
  provider_failed:
    "The provider could not be reached, so nothing was sent and nothing is billed; the hold was released.",
  enforcement_unavailable: "The limits cannot be read now, so the call is refused.",
  starting: "Purser is starting, or stopping for a restart, and takes no calls now.",
  provider_timeout: "The provider did not answer within the deadline.",
};

const field = z.string().describe("The field, parameter or header that is wrong");

const upgrade = z
  .object({
    plan_id: z.number().int(),
    plan_name: z.string(),
    price_monthly: z.number(),
    reason: z.string(),
    url: z.string().optional(),
  })
  .describe("The cheapest plan that would have let the call through");

const limitError = failure.extend({
  provider: z.string(),
  usage_info: z.object({
    operation_type: z.string(),
    error_type: z.string(),
    current_calls: z.number().optional(),
    current_tokens: z.number().optional(),
    current_cost: z.number().optional(),
    requested_tokens: z.number().optional(),
    limit: z.number(),
  }),
  limit: z.object({
    meter: z.string(),
    provider: z.string().optional(),
    model: z.string().optional(),
    operation: z.string().optional(),
    per: z.string(),
  }),
  used: z.number().describe("In the limit's own unit; cost in US dollars"),
  held: z.number(),
  cap: z.number(),
  resets_at: time,
  retry_after_seconds: z.number().int(),
  upgrade: upgrade.optional(),
});

/** Codes with fields of their own; all others have what `failure` has. */
export const FAILURE_SHAPES: Partial<Readonly<Record<ErrorCode, z.ZodType>>> = {
  invalid_request: failure.extend({ field: field.optional(), reason: z.string().optional() }),
  payment_required: failure.extend({
    checkout_url: z.string().optional().describe("Where it can be paid, with a payment provider"),
  }),
  not_included: failure.extend({ provider: z.string(), upgrade: upgrade.optional() }),
  limit_reached: limitError,
  limit_held: limitError,
  too_many_requests: failure.extend({ retry_after_seconds: z.number().int() }),
};

/** Every code that an endpoint can fail with. */
export function errorsOf(endpoint: Endpoint): ErrorCode[] {
  const { audience, method, path, errors } = endpoint;
  return [
    ...new Set<ErrorCode>([
      "invalid_request",
      ...(audience === "public"
        ? []
        : (["unauthenticated", "forbidden", "too_many_requests"] as const)),
      ...(paramNames(path).length === 0 ? [] : (["not_found"] as const)),
      ...(method === "GET" ? [] : (["too_large", "unsupported_media_type"] as const)),
      ...errors,
      "internal",
    ]),
  ];
}
