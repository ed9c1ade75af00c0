/** Reads how many credits a Tavily request can use at most. */
import { invalidField } from "../../core/errors.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import type { JsonObject } from "../read-json.ts";
import { bodyOf, wholeNumberIn } from "../request-fields.ts";
import { unitFacts } from "../unit-priced.ts";
import { creditsFor, pricedName } from "./credits.ts";

/** What a crawl or a map stops at where the request does not say (docs.tavily.com, "Tavily Crawl"). */
const LIMIT_UNNAMED = 50;
const CHEAP_DEPTHS: ReadonlySet<unknown> = new Set(["basic", "fast", "ultra-fast"]);

/** Throws `invalid_request` where a key is in the body: it would reach Tavily, and it is not Tavily's. */
export function readRequest(request: WireRequest): RequestFacts {
  const body = bodyOf(request.json);
  if (body["api_key"] !== undefined) {
    throw invalidField("api_key", "must be left out: send the key as `Authorization: Bearer …`.");
  }
  const { operation } = request.route;
  const model = pricedName({
    operation,
    advanced: isAdvanced(operation, body),
    instructed: operation !== "search" && Boolean(body["instructions"] ?? false),
  });
  return unitFacts({ model, units: { credits: creditsFor(model, pagesMost(operation, body)) } });
}

/** A depth that is not known to be cheap is taken for a dear one. With `auto_parameters` Tavily may choose that. */
function isAdvanced(operation: string, body: JsonObject): boolean {
  if (operation === "map") return false;
  const named = body[operation === "search" ? "search_depth" : "extract_depth"] ?? undefined;
  if (named === undefined) return operation === "search" && body["auto_parameters"] === true;
  return !CHEAP_DEPTHS.has(named);
}

function pagesMost(operation: string, body: JsonObject): number {
  if (operation === "search") return 1;
  if (operation !== "extract") return wholeNumberIn(body, ["limit"]) ?? LIMIT_UNNAMED;
  const urls = body["urls"];
  if (typeof urls === "string") return 1;
  if (!Array.isArray(urls)) throw invalidField("urls", "must be an address or a list of them.");
  return urls.length;
}
