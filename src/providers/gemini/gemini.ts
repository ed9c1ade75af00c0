/** Gemini: generateContent and streamGenerateContent. */
import type { Dialect, ErrorWords, RequestEdits, Route } from "../dialect.ts";
import { MODEL_NAME, modelRoutes } from "../model-routes.ts";
import { editJson } from "../scan-json.ts";
import { CONFIG_FIELDS, OUTPUT_FIELDS, readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { readUsage } from "./read-usage.ts";

export const gemini: Dialect = {
  provider: "gemini",
  title: "Gemini",
  baseUrl: "https://generativelanguage.googleapis.com",
  credentialSetting: "GEMINI_API_KEY",
  routes: [
    generate("generateContent"),
    generate("streamGenerateContent"),
    ...modelRoutes("v1(?:beta)?"),
  ],
  requestHeaders: ["x-goog-api-client"],
  responseHeaders: ["server-timing"],
  credentialHeaders: (secret) => ({ "x-goog-api-key": secret }),
  readRequest,
  editRequest,
  mustAskUsage: () => false,
  readUsage,
  readStream,
  errorBody,
};

function generate(method: string): Route {
  return {
    method: "POST",
    pattern: new RegExp(`^/v1(?:beta)?/models/${MODEL_NAME}:${method}$`),
    endpoint: `/v1beta/models/{model}:${method}`,
    operation: "generate",
    kind: "metered",
  };
}

function editRequest(body: Uint8Array, _route: Route, edits: RequestEdits): Uint8Array {
  if (edits.outputTokens === undefined) return body;
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
