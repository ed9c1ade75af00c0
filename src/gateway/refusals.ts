/** Turns refusals and errors into answers in the provider's own words. */
import type { CallRequest, Denial } from "../call/call.ts";
import { providerWords } from "../call/forward/provider-words.ts";
import {
  isLimitDenial,
  limitErrorBody,
  retryAfterSeconds,
  type Upgrade,
} from "../call/limit-error.ts";
import { statusOf } from "../core/error-status.ts";
import type { AppError } from "../core/errors.ts";
import type { Dialect } from "../providers/dialect.ts";
import type { HttpReply } from "./http-reply.ts";

/** A longer wait is said only as `resets_at`: SDKs would sleep that long. */
const RETRY_AFTER_SECONDS_MAX = 3_600;

/** Refused by a limit, the plan, or for want of a price: nothing was sent to the provider. */
export function sendRefusal(
  reply: HttpReply,
  refused: {
    request: CallRequest;
    denial: Denial;
    model: string;
    requestId: string;
    upgrade: Upgrade | null;
  },
): void {
  const { request, denial, model, requestId, upgrade } = refused;
  const { dialect, route } = request;
  const scope = { provider: dialect.provider, model, operation: route.operation };
  const purser = limitErrorBody({ denial, scope, requestId, upgrade });
  const words = { dialect, code: denial.code, message: purser.message, requestId, purser };
  send(reply, words, {
    "x-should-retry": "false",
    ...(isLimitDenial(denial) ? limitHeaders(denial) : {}),
  });
}

/** An error of ours. Where the client cannot mend it by trying again, its SDK is told not to. */
export function sendError(
  reply: HttpReply,
  failed: { dialect: Dialect; error: AppError; requestId: string; close: boolean },
): void {
  const { dialect, error, requestId, close } = failed;
  const { code, message, details } = error;
  const soon = code === "starting" || code === "enforcement_unavailable";
  send(
    reply,
    { dialect, code, message, requestId, details },
    {
      ...(soon ? { "retry-after": "1" } : {}),
      ...(statusOf(code) < 500 ? { "x-should-retry": "false" } : {}),
      ...(close ? { connection: "close" } : {}),
    },
  );
}

function send(
  reply: HttpReply,
  words: Parameters<typeof providerWords>[0],
  headers: Readonly<Record<string, string>>,
): void {
  const worded = providerWords(words);
  reply.start({ status: worded.status, headers: { ...worded.headers, ...headers } });
  reply.end(worded.body);
}

/** `x-purser-refusal` is on ours only, so that a provider's own 429 cannot be mistaken for ours. */
function limitHeaders(denial: Parameters<typeof retryAfterSeconds>[0]): Record<string, string> {
  const seconds = retryAfterSeconds(denial);
  return {
    "x-purser-refusal": denial.code,
    ...(seconds > RETRY_AFTER_SECONDS_MAX ? {} : { "retry-after": String(seconds) }),
  };
}
