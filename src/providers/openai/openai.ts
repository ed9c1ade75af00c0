/** OpenAI: chat completions, Responses and embeddings. */
import type { Dialect, ErrorWords, RequestEdits, Route } from "../dialect.ts";
import { modelRoutes } from "../model-routes.ts";
import { editJson, type MemberEdit } from "../scan-json.ts";
import { CHAT_OUTPUT_FIELDS, readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { readUsage } from "./read-usage.ts";

const ROUTES: readonly Route[] = [
  post("/v1/chat/completions", "chat"),
  post("/v1/responses", "responses"),
  post("/v1/embeddings", "embeddings"),
  ...modelRoutes("v1"),
];

function post(endpoint: string, operation: string): Route {
  return {
    method: "POST",
    pattern: new RegExp(`^${endpoint}$`),
    endpoint,
    operation,
    kind: "metered",
  };
}

export const openai: Dialect = {
  provider: "openai",
  title: "OpenAI",
  baseUrl: "https://api.openai.com",
  credentialSetting: "OPENAI_API_KEY",
  routes: ROUTES,
  requestHeaders: ["openai-beta", "x-client-request-id"],
  responseHeaders: ["openai-processing-ms", "openai-version", "x-request-id"],
  credentialHeaders: (secret) => ({ authorization: `Bearer ${secret}` }),
  readRequest,
  editRequest,
  mustAskUsage: (route) => route.operation === "chat",
  readUsage,
  readStream,
  errorBody,
};

function editRequest(body: Uint8Array, route: Route, edits: RequestEdits): Uint8Array {
  const members: MemberEdit[] = [];
  if (edits.outputTokens !== undefined && route.operation !== "embeddings") {
    const names = route.operation === "responses" ? ["max_output_tokens"] : CHAT_OUTPUT_FIELDS;
    members.push({ names, value: String(edits.outputTokens) });
  }
  if (edits.askUsage === true && route.operation === "chat") {
    members.push({ names: ["stream_options"], inner: { names: ["include_usage"], value: "true" } });
  }
  return editJson(body, members);
}

function errorBody(words: ErrorWords): Readonly<Record<string, unknown>> {
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
