/** Firecrawl's credits: what its pages and searches cost (docs.firecrawl.dev/billing, and its own open source). */
import { isQuantity, type Usage } from "../../core/usage.ts";
import { isObject, type JsonObject, listIn, textIn } from "../read-json.ts";

/** What a page costs beyond its one credit, for each format that is asked for. */
const FORMAT_CREDITS: ReadonlyMap<string, number> = new Map([
  ["json", 4],
  ["extract", 4],
  ["changeTracking", 4],
  ["deterministicJson", 9],
  ["question", 4],
  ["query", 4],
  ["highlights", 4],
  ["audio", 4],
  ["video", 4],
]);
const OPTION_CREDITS = 4;
const ZERO_RETENTION_CREDITS = 1;

/** The most that a page costs with these options, one credit for the page itself among them. */
export function creditsAPage(options: JsonObject, version: "v1" | "v2"): number {
  let credits = 1;
  for (const format of listIn(options, "formats")) {
    const name = typeof format === "string" ? format : textIn(format, "type");
    credits += FORMAT_CREDITS.get(name ?? "") ?? 0;
  }
  // The second version tries its dear proxy by itself where the plain one fails, unless told not to.
  const proxy = textIn(options, "proxy") ?? (version === "v2" ? "auto" : "basic");
  if (proxy !== "basic") credits += OPTION_CREDITS;
  for (const option of ["lockdown", "redactPII", "checkPromptInjection"]) {
    if (options[option] === true) credits += OPTION_CREDITS;
  }
  if (options["zeroDataRetention"] === true) credits += ZERO_RETENTION_CREDITS;
  return credits;
}

/** A document of more pages than this is a mistake and not a document. */
const DOCUMENT_PAGES_MOST = 100_000;

/** What a scraped page cost, by what came, where the answer does not say. */
export function creditsOfPage(page: unknown): number {
  if (!isObject(page)) return 1;
  const { metadata } = page;
  const facts = isObject(metadata) ? metadata : {};
  const numPages = facts["numPages"];
  const morePages = isQuantity(numPages) && numPages < DOCUMENT_PAGES_MOST ? numPages - 1 : 0;
  const isJson = (page["json"] ?? page["extract"] ?? null) !== null;
  return (
    1 +
    (isJson ? OPTION_CREDITS : 0) +
    (facts["proxyUsed"] === "stealth" ? OPTION_CREDITS : 0) +
    Math.max(0, morePages)
  );
}

const RESULTS_A_BLOCK = 10;

export function creditsForResults(results: number, creditsABlock: number): number {
  return Math.ceil(results / RESULTS_A_BLOCK) * creditsABlock;
}

/** Credits as disjoint buckets: `pages`, of one credit each, and in `credits` what was paid beyond them. */
export function usageOfCredits(credits: number, pages: number): Usage {
  const paid = Math.min(pages, credits);
  return { pages: paid, credits: credits - paid };
}
