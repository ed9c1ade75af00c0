/** The most that the tools which a provider runs may add to a bill beside tokens, as far as a request tells. */
import { isQuantity, usageOf } from "../core/usage.ts";
import type { RequestFacts } from "./dialect.ts";
import { isObject, textIn } from "./read-json.ts";

/** Where a request names no limit, nobody knows how often a tool is used; recorded calls used one up to five times. */
const USES_UNTOLD = 10;
/** A request may name any number, and none takes more. */
const USES_MOST = 1_000;
/** All uses of a code sandbox share one session. */
const SESSIONS = 1;

const SEARCHES_THE_WEB = /^web_search/;
const RUNS_CODE = /^code_(?:interpreter|execution)/;
const GOOGLE_SEARCH = [
  "google_search",
  "googleSearch",
  "google_search_retrieval",
  "googleSearchRetrieval",
];

/** `tools` as OpenAI, Anthropic and Gemini list them. Empty where none of them costs a fee. */
export function toolFeesMost(tools: readonly unknown[]): Pick<RequestFacts, "feesMost"> {
  let webSearches = 0;
  let fileSearches = 0;
  let codeSessions = 0;
  for (const tool of tools) {
    const type = textIn(tool, "type") ?? "";
    if (SEARCHES_THE_WEB.test(type)) webSearches += usesOf(tool);
    else if (type === "file_search") fileSearches += USES_UNTOLD;
    else if (RUNS_CODE.test(type)) codeSessions = SESSIONS;
    else if (isGoogleSearch(tool)) webSearches += USES_UNTOLD;
  }
  if (webSearches + fileSearches + codeSessions === 0) return {};
  const fees = {
    web_searches: webSearches,
    file_searches: fileSearches,
    code_sessions: codeSessions,
  };
  return { feesMost: usageOf(fees) };
}

/** Anthropic's tools may name their most. */
function usesOf(tool: unknown): number {
  const named = isObject(tool) ? tool["max_uses"] : undefined;
  return isQuantity(named) ? Math.min(named, USES_MOST) : USES_UNTOLD;
}

function isGoogleSearch(tool: unknown): boolean {
  return isObject(tool) && GOOGLE_SEARCH.some((name) => Object.hasOwn(tool, name));
}
