/** Counts what OpenAI bills beside the tokens: searches, code sandboxes, and pictures that a tool drew. */
import { type Usage, usageOf } from "../../core/usage.ts";
import { type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import { addUsage, type Problems, UsageNumbers } from "../usage-numbers.ts";
import { tokensOf } from "./token-usage.ts";

/**
 * Searches are billed by the call, a sandbox by the container (platform.openai.com/docs/pricing, "Built-in tools").
 * Newer answers count their searches in `tool_usage`; in others each `web_search_call` of the output is one.
 */
export function toolFees(json: unknown, problems: Problems): Usage {
  const output = listIn(json, "output");
  const tools = objectIn(json, "tool_usage");
  const count = (type: string) => output.filter((item) => textIn(item, "type") === type).length;
  const stated = new UsageNumbers(problems).part(objectIn(tools, "web_search"), "num_requests");
  const containers = new Set(
    output
      .filter((item) => textIn(item, "type") === "code_interpreter_call")
      .map((item) => textIn(item, "container_id") ?? ""),
  );
  const fees = usageOf({
    web_searches: (stated > 0 ? stated : count("web_search_call")) + chatSearches(json),
    file_searches: count("file_search_call"),
    code_sessions: containers.size,
  });
  return addUsage(fees, drawn(objectIn(tools, "image_gen"), problems));
}

/** Chat's search models search once for each answer, and do not say so. */
function chatSearches(json: unknown): number {
  const isChat = textIn(json, "object")?.startsWith("chat.completion") ?? false;
  return isChat && /-search-(?:preview|api)/.test(textIn(json, "model") ?? "") ? 1 : 0;
}

/** The tool's own model draws, at its own price; that is said, since the main model's price is taken. */
function drawn(usage: JsonObject | undefined, problems: Problems): Usage {
  const tokens = usage === undefined ? null : tokensOf(usage, problems, { writes: "output_image" });
  if (tokens === null || Object.keys(tokens).length === 0) return usageOf({});
  problems.add("The tokens of the image tool are counted as the main model's.");
  return tokens;
}
