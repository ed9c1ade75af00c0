/** OpenAI: chat, Responses, embeddings, pictures, sound and moderation. */
import type { Dialect, ErrorWords } from "../dialect.ts";
import { modelRoutes } from "../model-routes.ts";
import { requestEditor } from "./edit-request.ts";
import { KEPT_ROUTES } from "./kept-routes.ts";
import { later } from "./later.ts";
import { uploadRules } from "./read-batch-request.ts";
import { CHAT_OUTPUT_FIELDS, readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { readUsage } from "./read-usage.ts";
import { ALL_ADDRESSES, openaiRoutes, workOf } from "./works.ts";

export const openai: Dialect = {
  provider: "openai",
  title: "OpenAI",
  baseUrl: "https://api.openai.com",
  credentialSetting: "OPENAI_API_KEY",
  routes: [
    ...openaiRoutes({ pattern: "/v1", endpoint: "/v1" }, ALL_ADDRESSES),
    ...KEPT_ROUTES,
    ...modelRoutes("v1"),
  ],
  requestHeaders: ["openai-beta", "x-client-request-id"],
  responseHeaders: ["openai-processing-ms", "openai-version", "x-request-id"],
  credentialHeaders: (secret) => ({ authorization: `Bearer ${secret}` }),
  readRequest,
  editRequest: requestEditor(CHAT_OUTPUT_FIELDS),
  mustAskUsage: (route) => workOf(route) === "chat",
  readUsage,
  readStream,
  uploads: uploadRules(readRequest),
  later,
  errorBody,
};

export function errorBody(words: ErrorWords): Readonly<Record<string, unknown>> {
  return {
    error: { message: words.message, type: typeOf(words), param: null, code: words.code },
  };
}

function typeOf(words: ErrorWords): string {
  if (words.code === "limit_reached") return "insufficient_quota";
  if (words.status === 429) return "rate_limit_error";
  if (words.status === 401) return "authentication_error";
  if (words.status === 403) return "permission_error";
  return words.status >= 500 ? "server_error" : "invalid_request_error";
}
