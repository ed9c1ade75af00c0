/** Reads what an Exa request can use and cost at most. */
import { invalidField } from "../../core/errors.ts";
import { nanoUsd } from "../../core/money.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import { type JsonObject, objectIn, textIn } from "../read-json.ts";
import { bodyOf, streamedOf, wholeNumberIn } from "../request-fields.ts";
import { unitFacts } from "../unit-priced.ts";

/**
 * Exa's own prices (exa.ai/docs/reference/pricing, 2026-03-03), for holds only: what a call did cost, the answer says.
 * A request costs the most of its kind; a result past the tenth, a summary and a page of contents a tenth of a cent.
 */
const NANO_USD = { search: 7_000_000, deep: 15_000_000, answer: 5_000_000, page: 1_000_000 };
const RESULTS_IN_PRICE = 10;
const RESULTS_UNNAMED = 10;

export function readRequest(request: WireRequest): RequestFacts {
  const body = bodyOf(request.json);
  const { operation, endpoint } = request.route;
  const streamed = streamedOf(body);
  if (operation === "answer") {
    const costMost = nanoUsd(BigInt(NANO_USD.answer));
    return unitFacts({ model: "answer", streamed, units: { requests: 1 }, costMost });
  }
  if (operation === "contents") return readContents(body);
  const isDeep = textIn(body, "type")?.includes("deep") ?? false;
  const results = wholeNumberIn(body, ["numResults"]) ?? RESULTS_UNNAMED;
  const pages = withSubpages(results, objectIn(body, "contents") ?? {});
  const extra = Math.max(0, pages - RESULTS_IN_PRICE) + summaries(body, pages);
  const cost = (isDeep ? NANO_USD.deep : NANO_USD.search) + extra * NANO_USD.page;
  return unitFacts({
    model: endpoint === "/findSimilar" ? "find-similar" : isDeep ? "search-deep" : "search",
    streamed,
    units: { requests: 1 },
    costMost: nanoUsd(BigInt(cost)),
  });
}

/** Each page is paid for each kind of content asked of it; its text, where none is named. */
function readContents(body: JsonObject): RequestFacts {
  const named = body["urls"] ?? body["ids"];
  if (!Array.isArray(named)) throw invalidField("urls", "must be a list of addresses.");
  const pages = withSubpages(named.length, body);
  const kinds = ["text", "highlights", "summary"].filter((kind) => isAsked(body[kind]));
  const cost = pages * Math.max(1, kinds.length) * NANO_USD.page;
  return unitFacts({
    model: "contents",
    units: { requests: 1, pages },
    costMost: nanoUsd(BigInt(cost)),
  });
}

function withSubpages(pages: number, options: JsonObject): number {
  const subpages = options["subpages"];
  return pages * (1 + (Number.isSafeInteger(subpages) ? Math.max(0, Number(subpages)) : 0));
}

function summaries(body: JsonObject, pages: number): number {
  return isAsked(objectIn(body, "contents")?.["summary"] ?? body["summary"]) ? pages : 0;
}

function isAsked(option: unknown): boolean {
  return option !== undefined && option !== null && option !== false;
}
