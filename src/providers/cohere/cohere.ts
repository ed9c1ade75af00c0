/** Cohere: chat, embeddings and reranking. */
import type { Dialect, ErrorWords } from "../dialect.ts";
import { editJson } from "../scan-json.ts";
import { routeAt } from "../unit-priced.ts";
import { readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { readUsage } from "./read-usage.ts";

export const cohere: Dialect = {
  provider: "cohere",
  title: "Cohere",
  baseUrl: "https://api.cohere.com",
  credentialSetting: "COHERE_API_KEY",
  routes: [
    routeAt("/v2/chat", { operation: "chat" }),
    routeAt("/v2/embed", { operation: "embeddings" }),
    routeAt("/v2/rerank", { operation: "rerank" }),
    routeAt("/v1/models", { operation: "models", method: "GET", kind: "free" }),
  ],
  requestHeaders: ["x-client-name"],
  responseHeaders: [],
  credentialHeaders: (secret) => ({ authorization: `Bearer ${secret}` }),
  readRequest,
  editRequest(body, route, edits) {
    if (edits.outputTokens === undefined || route.operation !== "chat") return body;
    return editJson(body, [{ names: ["max_tokens"], value: String(edits.outputTokens) }]);
  },
  mustAskUsage: () => false,
  readUsage,
  readStream,
  errorBody: (words: ErrorWords) => ({ id: words.requestId, message: words.message }),
};
