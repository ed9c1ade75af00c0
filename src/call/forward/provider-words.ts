/** Says an error of ours in a provider's own words, so that its SDK raises its own error. */
import { statusOf } from "../../core/error-status.ts";
import type { ErrorCode, ErrorDetails } from "../../core/errors.ts";
import type { Dialect } from "../../providers/dialect.ts";

export interface WordedError {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** `purser` is what rides beside the provider's own error object; left out, it is the envelope of API.md. */
export function providerWords(error: {
  dialect: Dialect;
  code: ErrorCode;
  message: string;
  requestId: string;
  details?: ErrorDetails;
  purser?: Readonly<Record<string, unknown>>;
}): WordedError {
  const { dialect, code, message, requestId } = error;
  const status = statusOf(code);
  const purser = error.purser ?? {
    success: false,
    error: code,
    message,
    detail: message,
    request_id: requestId,
    ...error.details,
  };
  const body = Buffer.from(
    JSON.stringify({ ...dialect.errorBody({ status, code, message, requestId }), purser }),
  );
  const headers = {
    "content-type": "application/json",
    "content-length": String(body.length),
    "x-purser-request-id": requestId,
  };
  return { status, headers, body };
}
