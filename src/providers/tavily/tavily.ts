/** Tavily: search, extract, crawl and map. */
import type { Dialect, ErrorWords } from "../dialect.ts";
import { routeAt, UNIT_PRICED } from "../unit-priced.ts";
import { readRequest } from "./read-request.ts";
import { readUsage } from "./read-usage.ts";

export const tavily: Dialect = {
  ...UNIT_PRICED,
  provider: "tavily",
  title: "Tavily",
  baseUrl: "https://api.tavily.com",
  credentialSetting: "TAVILY_API_KEY",
  routes: [
    routeAt("/search", { operation: "search" }),
    routeAt("/extract", { operation: "extract" }),
    routeAt("/crawl", { operation: "crawl" }),
    routeAt("/map", { operation: "map" }),
  ],
  requestHeaders: ["x-client-source"],
  responseHeaders: [],
  credentialHeaders: (secret) => ({ authorization: `Bearer ${secret}` }),
  readRequest,
  readUsage,
  errorBody,
};

function errorBody(words: ErrorWords): Readonly<Record<string, unknown>> {
  return { detail: { error: words.message } };
}
