/** How each provider that took over OpenAI's dialect spells its answers in its own way. */
import { divideHalfEven, type NanoUsd, nanoUsd } from "../../core/money.ts";
import { type Usage, usageOf } from "../../core/usage.ts";
import type { AnswerSpelling } from "../openai/answer-spelling.ts";
import { type JsonObject, objectIn } from "../read-json.ts";
import { statedCostIn } from "../stated-cost.ts";
import { type Problems, UsageNumbers } from "../usage-numbers.ts";

/**
 * xAI counts thoughts outside `completion_tokens`, and states the cost in ticks: ten billion are a dollar
 * (docs.x.ai/docs/key-information/consumption-and-rate-limits).
 */
export const XAI: AnswerSpelling = {
  thoughtsBeyondTotal: true,
  statedCost: (usage, problems) => ticksIn(usage["cost_in_usd_ticks"], problems),
  fees: (usage, problems) => {
    const calls = objectIn(usage, "server_side_tool_usage_details");
    return toolCalls(calls, problems, {
      web_searches: ["web_search_calls", "x_search_calls"],
      file_searches: ["file_search_calls"],
      code_sessions: ["code_interpreter_calls"],
    });
  },
};

const TICKS_PER_NANO = 10n;

function ticksIn(value: unknown, problems: Problems): NanoUsd | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) {
    return nanoUsd(divideHalfEven(BigInt(value), TICKS_PER_NANO));
  }
  problems.add(`cost_in_usd_ticks is ${String(value).slice(0, 40)}, which cannot be a cost.`);
  return undefined;
}

/**
 * OpenRouter states the cost of everything, searches included. With the operator's own key at the provider behind it,
 * `cost` is OpenRouter's fee alone, and the provider's price stands beside it (openrouter.ai/docs, "Usage accounting").
 */
export const OPENROUTER: AnswerSpelling = {
  statedCost(usage, problems) {
    const cost = statedCostIn(usage["cost"], problems);
    if (cost === undefined || usage["is_byok"] !== true) return cost;
    const behind = objectIn(usage, "cost_details")?.["upstream_inference_cost"];
    return nanoUsd(cost + (statedCostIn(behind, problems) ?? 0n));
  },
  fees: (usage, problems) =>
    toolCalls(
      objectIn(usage, "server_tool_use_details") ?? objectIn(usage, "server_tool_use"),
      problems,
      { web_searches: ["web_search_requests"] },
    ),
};

/** Groq puts a stream's usage beside the chunk's own fields, and under `usage` only when asked. */
export const GROQ: AnswerSpelling = {
  otherUsage: (json) => objectIn(objectIn(json, "x_groq"), "usage"),
};

function toolCalls(
  counts: JsonObject | undefined,
  problems: Problems,
  names: Readonly<Record<string, readonly string[]>>,
): Usage {
  const numbers = new UsageNumbers(problems);
  const sums = Object.entries(names).map(([bucket, keys]) => [
    bucket,
    keys.reduce((sum, key) => sum + numbers.part(counts, key), 0),
  ]);
  return usageOf(Object.fromEntries(sums));
}
