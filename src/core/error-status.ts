/** The one table from error code to HTTP status. */
import type { ErrorCode } from "./errors.ts";

const STATUS = {
  invalid_request: 400,
  unauthenticated: 401,
  payment_required: 402,
  subscription_expired: 402,
  forbidden: 403,
  not_included: 403,
  not_found: 404,
  operation_not_offered: 404,
  conflict: 409,
  already_settled: 409,
  too_large: 413,
  unsupported_media_type: 415,
  price_unknown: 422,
  plan_unknown: 422,
  limit_reached: 429,
  limit_held: 429,
  too_many_requests: 429,
  internal: 500,
  not_implemented: 501,
  provider_failed: 502,
  enforcement_unavailable: 503,
  starting: 503,
  provider_timeout: 504,
} as const satisfies Record<ErrorCode, number>;

export function statusOf(code: ErrorCode): number {
  return STATUS[code];
}
