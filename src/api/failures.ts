/** Turns whatever was thrown into the one shape of a failure, for every status. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { statusOf } from "../core/error-status.ts";
import { AppError, type ErrorCode } from "../core/errors.ts";

/** Beyond this SDKs would sleep far too long; the body says when all the same. */
const RETRY_AFTER_SECONDS_MAX = 3_600;

/** Sends an error. Only what an AppError says leaves the process; anything else is logged and called `internal`. */
export function sendFailure(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = asAppError(thrown);
  const status = statusOf(error.code);
  if (status >= 500) request.log.error({ err: thrown }, error.message);
  if (status === 401) reply.header("www-authenticate", "Bearer");
  const { retry_after_seconds: wait } = error.details;
  if (typeof wait === "number" && wait <= RETRY_AFTER_SECONDS_MAX)
    reply.header("retry-after", wait);
  return (
    reply
      .code(status)
      // Where the address itself could not be read, no hook has set it.
      .header("x-purser-request-id", request.id)
      .type("application/json; charset=utf-8")
      .serializer(JSON.stringify)
      .send(failureBody(error, request.id))
  );
}

function failureBody(error: AppError, requestId: string): Readonly<Record<string, unknown>> {
  return {
    success: false,
    error: error.code,
    message: error.message,
    detail: error.message,
    request_id: requestId,
    ...error.details,
  };
}

/** Says so where the path itself is right and only the method is not. */
export function noSuchPath(app: FastifyInstance, request: FastifyRequest): AppError {
  const { method } = request;
  const [path = ""] = request.url.split("?", 1);
  const methods = METHODS.filter((other) => {
    // Its types promise a route; where there is none it gives null.
    const found: unknown = app.findRoute({ method: other, url: path });
    return found !== null;
  });
  return methods.length === 0
    ? new AppError("not_found", `There is nothing at ${method} ${path}.`)
    : new AppError("not_found", `${path} does not take ${method}, but ${methods.join(", ")}.`, {
        methods,
      });
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Fastify's own errors: the status is right, the words and the shape are not. */
const FASTIFY_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["too_large", "The body is too large."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "invalid_request",
    "The body is not as long as content-length says.",
  ],
  FST_ERR_BAD_URL: ["invalid_request", "The address is not a valid URL."],
};

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { code, statusCode } = thrown instanceof Error ? (thrown as Partial<FastifyError>) : {};
  const known = code === undefined ? undefined : FASTIFY_ERRORS[code];
  if (known !== undefined) return new AppError(known[0], known[1]);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AppError("invalid_request", "The request cannot be read.");
  }
  return new AppError(
    "internal",
    "Something went wrong here; it is in the log under the request_id.",
  );
}
