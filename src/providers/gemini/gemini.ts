/** Gemini: its own methods, and its OpenAI-compatible addresses. */
import type { Dialect, ErrorWords, RequestEdits, Route } from "../dialect.ts";
import { modelRoutes } from "../model-routes.ts";
import { requestEditor } from "../openai/edit-request.ts";
import { editJson } from "../scan-json.ts";
import { CONFIG_FIELDS, OUTPUT_FIELDS, readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { readUsage } from "./read-usage.ts";
import { COMPATIBLE_ROUTES, isCompatible, methodRoutes } from "./works.ts";

export const gemini: Dialect = {
  provider: "gemini",
  title: "Gemini",
  baseUrl: "https://generativelanguage.googleapis.com",
  credentialSetting: "GEMINI_API_KEY",
  routes: [
    ...methodRoutes({ pattern: "/v1(?:beta)?", endpoint: "/v1beta" }),
    ...COMPATIBLE_ROUTES,
    ...modelRoutes("v1(?:beta)?", "v1beta"),
  ],
  requestHeaders: ["x-goog-api-client"],
  responseHeaders: ["server-timing"],
  credentialHeaders: (secret, route) =>
    route !== undefined && isCompatible(route)
      ? { authorization: `Bearer ${secret}` }
      : { "x-goog-api-key": secret },
  readRequest,
  editRequest,
  mustAskUsage: (route) => isCompatible(route) && route.operation === "chat",
  readUsage,
  readStream,
  errorBody,
};

const editCompatible = requestEditor(["max_tokens", "max_completion_tokens"]);

function editRequest(body: Uint8Array, route: Route, edits: RequestEdits): Uint8Array {
  if (isCompatible(route)) return editCompatible(body, route, edits);
  if (edits.outputTokens === undefined || route.operation !== "generate") return body;
  const limit = { names: OUTPUT_FIELDS, value: String(edits.outputTokens) };
  return editJson(body, [{ names: CONFIG_FIELDS, inner: limit }]);
}

function errorBody(words: ErrorWords): Readonly<Record<string, unknown>> {
  return {
    error: { code: words.status, message: words.message, status: statusOf(words.status) },
  };
}

const STATUSES: ReadonlyMap<number, string> = new Map([
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [409, "ABORTED"],
  [429, "RESOURCE_EXHAUSTED"],
  [500, "INTERNAL"],
  [501, "UNIMPLEMENTED"],
  [502, "UNAVAILABLE"],
  [503, "UNAVAILABLE"],
  [504, "DEADLINE_EXCEEDED"],
]);

function statusOf(status: number): string {
  return STATUSES.get(status) ?? (status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT");
}
