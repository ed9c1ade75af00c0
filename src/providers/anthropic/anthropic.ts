/** Anthropic: messages, batches of them, and the free count of their tokens. */
import type { Dialect, ErrorWords, RequestEdits, Route } from "../dialect.ts";
import { modelRoutes } from "../model-routes.ts";
import { editJson } from "../scan-json.ts";
import { BATCH_ROUTES, later, withOwnUrls } from "./batches.ts";
import { readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { readUsage } from "./read-usage.ts";

export const anthropic: Dialect = {
  provider: "anthropic",
  title: "Anthropic",
  baseUrl: "https://api.anthropic.com",
  credentialSetting: "ANTHROPIC_API_KEY",
  routes: [
    {
      method: "POST",
      pattern: /^\/v1\/messages$/,
      endpoint: "/v1/messages",
      operation: "messages",
      kind: "metered",
    },
    {
      method: "POST",
      pattern: /^\/v1\/messages\/count_tokens$/,
      endpoint: "/v1/messages/count_tokens",
      operation: "count_tokens",
      kind: "free",
    },
    ...BATCH_ROUTES,
    ...modelRoutes("v1"),
  ],
  requestHeaders: [
    "anthropic-version",
    "anthropic-beta",
    "anthropic-dangerous-direct-browser-access",
  ],
  responseHeaders: ["request-id"],
  ownHeaders: { "anthropic-version": "2023-06-01" },
  credentialHeaders: (secret) => ({ "x-api-key": secret }),
  readRequest,
  editRequest,
  mustAskUsage: () => false,
  readUsage,
  readStream,
  later,
  editAnswer: withOwnUrls,
  errorBody,
};

function editRequest(body: Uint8Array, _route: Route, edits: RequestEdits): Uint8Array {
  if (edits.outputTokens === undefined) return body;
  return editJson(body, [{ names: ["max_tokens"], value: String(edits.outputTokens) }]);
}

function errorBody(words: ErrorWords): Readonly<Record<string, unknown>> {
  return {
    type: "error",
    error: { type: typeOf(words.status), message: words.message },
    request_id: words.requestId,
  };
}

const TYPES: ReadonlyMap<number, string> = new Map([
  [401, "authentication_error"],
  [402, "billing_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [413, "request_too_large"],
  [429, "rate_limit_error"],
  [503, "overloaded_error"],
  [504, "timeout_error"],
  [529, "overloaded_error"],
]);

function typeOf(status: number): string {
  return TYPES.get(status) ?? (status >= 500 ? "api_error" : "invalid_request_error");
}
