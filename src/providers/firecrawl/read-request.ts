/** Reads how many pages and credits a Firecrawl request can use at most. */
import { invalidField } from "../../core/errors.ts";
import type { Usage } from "../../core/usage.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import { type JsonObject, listIn, objectIn } from "../read-json.ts";
import { bodyOf, wholeNumberIn } from "../request-fields.ts";
import { unitFacts } from "../unit-priced.ts";
import { creditsAPage, creditsForResults, usageOfCredits } from "./credits.ts";

/** What a crawl stops at where the request does not say (docs.firecrawl.dev, "Crawl"). */
const CRAWL_LIMIT_UNNAMED = 10_000;
const SEARCH_LIMIT_UNNAMED = 10;
const SEARCH_CREDITS = { plain: 2, zeroRetention: 10 } as const;
/** An extraction is priced by what it took; so many credits must be left for it to be taken on at all. */
const EXTRACT_CREDITS_A_URL = 20;

/** Soft: a document is paid for by its pages, and nobody knows yet how many those are. */
export function readRequest(request: WireRequest): RequestFacts {
  const body = bodyOf(request.json);
  const { operation } = request.route;
  const version = request.path.startsWith("/v1/") ? "v1" : "v2";
  return unitFacts({
    model: operation,
    units: unitsMost(operation, body, version),
    soft: operation !== "map",
  });
}

function unitsMost(operation: string, body: JsonObject, version: "v1" | "v2"): Usage {
  switch (operation) {
    case "map":
      return { credits: 1 };
    case "search":
      return searchMost(body, version);
    case "extract":
      return { credits: Math.max(1, listIn(body, "urls").length) * EXTRACT_CREDITS_A_URL };
    case "crawl":
      return pagesMost(
        wholeNumberIn(body, ["limit"]) ?? CRAWL_LIMIT_UNNAMED,
        objectIn(body, "scrapeOptions") ?? {},
        version,
      );
    case "batch_scrape":
      return pagesMost(urlsOf(body).length, body, version);
    default:
      return pagesMost(1, body, version);
  }
}

function pagesMost(pages: number, options: JsonObject, version: "v1" | "v2"): Usage {
  return usageOfCredits(pages * creditsAPage(options, version), pages);
}

/** Each source may bring `limit` results, and each of them may be scraped. */
function searchMost(body: JsonObject, version: "v1" | "v2"): Usage {
  const limit = wholeNumberIn(body, ["limit"]) ?? SEARCH_LIMIT_UNNAMED;
  const results = limit * Math.max(1, listIn(body, "sources").length);
  const isZeroRetention = listIn(body, "enterprise").includes("zdr");
  const block = isZeroRetention ? SEARCH_CREDITS.zeroRetention : SEARCH_CREDITS.plain;
  const options = objectIn(body, "scrapeOptions") ?? {};
  const scraped = listIn(options, "formats").length > 0 ? results : 0;
  const credits = creditsForResults(results, block) + scraped * creditsAPage(options, version);
  return usageOfCredits(credits, scraped);
}

function urlsOf(body: JsonObject): readonly unknown[] {
  const urls = body["urls"];
  if (!Array.isArray(urls)) throw invalidField("urls", "must be a list of addresses.");
  return urls;
}
