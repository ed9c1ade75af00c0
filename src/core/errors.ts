/** Every error Purser can answer with: a stable code, words for the person, details for the program. */

/** The codes of API.md. Each has a page in `docs/errors/`; HTTP statuses live in one table at the edge. */
export const ERROR_CODES = [
  "invalid_request",
  "unauthenticated",
  "payment_required",
  "subscription_expired",
  "forbidden",
  "not_included",
  "not_found",
  "operation_not_offered",
  "conflict",
  "already_settled",
  "too_large",
  "unsupported_media_type",
  "price_unknown",
  "plan_unknown",
  "limit_reached",
  "limit_held",
  "too_many_requests",
  "internal",
  "provider_failed",
  "enforcement_unavailable",
  "starting",
  "provider_timeout",
  "not_implemented",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * An error a caller may see. `message` is a sentence for a person and says the mend; `details` are fields that
 * a program can read; `cause` is for our own log only and never leaves the process.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "AppError";
    this.code = code;
    this.details = details;
  }
}

/** Refuses a field of a request: 400 `invalid_request` with the field's name and what is wrong with it. */
export function invalidField(field: string, reason: string): AppError {
  return new AppError("invalid_request", `${field}: ${reason}`, { field, reason });
}
