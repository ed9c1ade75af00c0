/** Firecrawl: scrape, crawl, map, search and extract, in both versions of its API. */
import { DAY_MS } from "../../core/instant.ts";
import type { Dialect, ErrorWords, LaterWork, Route } from "../dialect.ts";
import { routeAt, UNIT_PRICED } from "../unit-priced.ts";
import { readRequest } from "./read-request.ts";
import { readUsage } from "./read-usage.ts";

export const firecrawl: Dialect = {
  ...UNIT_PRICED,
  provider: "firecrawl",
  title: "Firecrawl",
  baseUrl: "https://api.firecrawl.dev",
  credentialSetting: "FIRECRAWL_API_KEY",
  routes: [...routesOf("v2"), ...routesOf("v1")],
  requestHeaders: ["x-idempotency-key"],
  responseHeaders: [],
  credentialHeaders: (secret) => ({ authorization: `Bearer ${secret}` }),
  readRequest,
  readUsage,
  later,
  editAnswer: withOwnUrls,
  errorBody,
};

const NEXT_URL =
  /("(?:next|url)"\s*:\s*")https?:(?:\\?\/){2}[^"/\\]*((?:\\?\/)v\d(?:\\?\/)(?:crawl|extract|batch)[^"]*")/g;

/** Where the next part of a result is asked for: there, a client would show our key to the provider. */
function withOwnUrls(text: string): string {
  return text.replace(NEXT_URL, "$1$2");
}

function routesOf(version: "v1" | "v2"): readonly Route[] {
  return [
    routeAt(`/${version}/scrape`, { operation: "scrape" }),
    routeAt(`/${version}/map`, { operation: "map" }),
    routeAt(`/${version}/search`, { operation: "search" }),
    ...laterRoutes(`/${version}/crawl`, "crawl"),
    ...laterRoutes(`/${version}/extract`, "extract"),
    ...laterRoutes(`/${version}/batch/scrape`, "batch_scrape"),
  ];
}

/** Work that is begun, and asked for by its id. */
function laterRoutes(endpoint: string, operation: string): readonly Route[] {
  return [
    routeAt(endpoint, { operation, deferred: "starts", creates: { id: operation } }),
    routeAt(`${endpoint}/{id}`, { method: "GET", operation, kind: "free", deferred: "tells" }),
  ];
}

/** Results are kept for a day (docs.firecrawl.dev, "Crawl"), and no work takes longer. */
function later(route: Route): LaterWork | null {
  if (route.deferred !== "starts") return null;
  return {
    withinMs: DAY_MS,
    path: (id) => `${route.endpoint}/${id}`,
    read(json) {
      const reading = readUsage(route, json);
      return reading.usage === null ? { kind: "running" } : { kind: "over", reading };
    },
  };
}

function errorBody(words: ErrorWords): Readonly<Record<string, unknown>> {
  return { success: false, code: words.code.toUpperCase(), error: words.message };
}
