/** Exa, once called Metaphor: search, similar pages, contents and answers. */
import type { Dialect, ErrorWords } from "../dialect.ts";
import { routeAt, UNIT_PRICED } from "../unit-priced.ts";
import { readRequest } from "./read-request.ts";
import { readStream } from "./read-stream.ts";
import { readUsage } from "./read-usage.ts";

export const exa: Dialect = {
  ...UNIT_PRICED,
  provider: "exa",
  title: "Exa",
  baseUrl: "https://api.exa.ai",
  credentialSetting: "EXA_API_KEY",
  routes: [
    routeAt("/search", { operation: "search" }),
    routeAt("/findSimilar", { operation: "search" }),
    routeAt("/contents", { operation: "contents" }),
    routeAt("/answer", { operation: "answer" }),
  ],
  requestHeaders: ["x-exa-integration"],
  responseHeaders: [],
  credentialHeaders: (secret) => ({ "x-api-key": secret }),
  readRequest,
  readUsage,
  readStream,
  errorBody,
};

function errorBody(words: ErrorWords): Readonly<Record<string, unknown>> {
  return { requestId: words.requestId, error: words.message, tag: words.code.toUpperCase() };
}
