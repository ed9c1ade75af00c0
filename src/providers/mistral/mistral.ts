/** Mistral: chat, embeddings, documents read (OCR) and transcripts. */
import type { Dialect, ErrorWords, RequestEdits, Route } from "../dialect.ts";
import { modelRoutes } from "../model-routes.ts";
import { editJson } from "../scan-json.ts";
import { routeAt } from "../unit-priced.ts";
import { readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { readUsage } from "./read-usage.ts";

export const mistral: Dialect = {
  provider: "mistral",
  title: "Mistral",
  baseUrl: "https://api.mistral.ai",
  credentialSetting: "MISTRAL_API_KEY",
  routes: [
    routeAt("/v1/chat/completions", { operation: "chat" }),
    routeAt("/v1/embeddings", { operation: "embeddings" }),
    routeAt("/v1/ocr", { operation: "ocr" }),
    routeAt("/v1/audio/transcriptions", { operation: "audio", body: "multipart" }),
    ...modelRoutes("v1"),
  ],
  requestHeaders: [],
  responseHeaders: ["mistral-correlation-id"],
  credentialHeaders: (secret) => ({ authorization: `Bearer ${secret}` }),
  readRequest,
  editRequest,
  mustAskUsage: () => false,
  readUsage,
  readStream,
  errorBody,
};

function editRequest(body: Uint8Array, route: Route, edits: RequestEdits): Uint8Array {
  if (edits.outputTokens === undefined || route.operation !== "chat") return body;
  return editJson(body, [{ names: ["max_tokens"], value: String(edits.outputTokens) }]);
}

function errorBody(words: ErrorWords): Readonly<Record<string, unknown>> {
  return {
    object: "error",
    message: words.message,
    type: typeOf(words.status),
    param: null,
    code: words.code,
    request_id: words.requestId,
  };
}

const TYPES: ReadonlyMap<number, string> = new Map([
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "not_found"],
  [429, "rate_limited"],
]);

function typeOf(status: number): string {
  return TYPES.get(status) ?? (status >= 500 ? "internal_server_error" : "invalid_request_error");
}
