/** What a provider's raw usage object comes to, worked out here by its documentation and not by the meter's code. */
import { isObject, type JsonObject, listIn, objectIn } from "../providers/read-json.ts";

/** Only what the object says; everything in whole units, `dollars` as the number that was stated. */
export interface StatedUsage {
  /** All input tokens: cached ones and those of tools included. */
  readonly input?: number;
  /** All output tokens, reasoning included. */
  readonly output?: number;
  readonly cacheRead?: number;
  readonly reasoning?: number;
  readonly webSearches?: number;
  readonly seconds?: number;
  readonly pages?: number;
  readonly credits?: number;
  readonly requests?: number;
  readonly dollars?: number;
}

/** The first shape that fits is read; null: no shape that is known here, so nothing can be demanded. */
export function statedUsageOf(raw: JsonObject, provider: string): StatedUsage | null {
  for (const read of SHAPES) {
    const stated = read(raw, provider);
    if (stated !== null) return stated;
  }
  return null;
}

type Shape = (raw: JsonObject, provider: string) => StatedUsage | null;

/** `prompt_tokens` before the rest: OpenRouter and others put fields of several dialects into one object. */
const SHAPES: readonly Shape[] = [
  chatUsage,
  anthropicUsage,
  responsesUsage,
  geminiUsage,
  cohereUsage,
  bedrockUsage,
  interactionUsage,
  unitUsage,
  totalOnly,
];

function has(raw: JsonObject, ...names: readonly string[]): boolean {
  return names.some((name) => typeof raw[name] === "number");
}

function sum(raw: JsonObject | undefined, ...names: readonly string[]): number {
  return names.reduce((total, name) => {
    const value = raw?.[name];
    return total + (typeof value === "number" ? value : 0);
  }, 0);
}

function chatUsage(raw: JsonObject, provider: string): StatedUsage | null {
  if (!has(raw, "prompt_tokens")) return null;
  const [input, named, total] = [
    sum(raw, "prompt_tokens"),
    sum(raw, "completion_tokens"),
    sum(raw, "total_tokens"),
  ];
  const seconds = sum(raw, "prompt_audio_seconds");
  const details = objectIn(raw, "completion_tokens_details");
  // xAI and Gemini leave reasoning out of `completion_tokens`; it shows only in the total. Sound is in the total too.
  const output = seconds === 0 && total > input + named ? total - input : named;
  const cached =
    sum(objectIn(raw, "prompt_tokens_details"), "cached_tokens") ||
    sum(raw, "num_cached_tokens", "prompt_cache_hit_tokens");
  return {
    ...(seconds > 0 ? { seconds } : { input }),
    output,
    cacheRead: cached,
    ...(details === undefined ? {} : { reasoning: sum(details, "reasoning_tokens") }),
    ...dollarsIn(raw, provider),
  };
}

/** The passes in `iterations` are the truth where they come to more than the numbers above them. */
function anthropicUsage(raw: JsonObject): StatedUsage | null {
  if (!has(raw, "input_tokens", "output_tokens") || has(raw, "total_tokens")) return null;
  if (raw["input_tokens_details"] !== undefined || raw["type"] !== undefined) return null;
  const inputOf = (from: JsonObject) =>
    sum(from, "input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens");
  const passes = listIn(raw, "iterations").filter(isObject);
  const passed = (of: (from: JsonObject) => number) =>
    passes.reduce((total, pass) => total + of(pass), 0);
  const thinking = objectIn(raw, "output_tokens_details");
  return {
    input: Math.max(inputOf(raw), passed(inputOf)),
    output: Math.max(
      sum(raw, "output_tokens"),
      passed((pass) => sum(pass, "output_tokens")),
    ),
    ...(passes.length > 1 ? {} : { cacheRead: sum(raw, "cache_read_input_tokens") }),
    ...(thinking === undefined ? {} : { reasoning: sum(thinking, "thinking_tokens") }),
    webSearches: sum(objectIn(raw, "server_tool_use"), "web_search_requests"),
  };
}

function responsesUsage(raw: JsonObject, provider: string): StatedUsage | null {
  if (!has(raw, "input_tokens")) return null;
  const [input, output] = [sum(raw, "input_tokens"), sum(raw, "output_tokens")];
  const total = sum(raw, "total_tokens");
  const details = objectIn(raw, "output_tokens_details");
  return {
    input,
    output: total > input + output ? total - input : output,
    cacheRead: sum(objectIn(raw, "input_tokens_details"), "cached_tokens"),
    ...(details === undefined ? {} : { reasoning: sum(details, "reasoning_tokens") }),
    ...dollarsIn(raw, provider),
  };
}

function geminiUsage(raw: JsonObject): StatedUsage | null {
  if (has(raw, "promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount")) {
    return {
      input: sum(raw, "promptTokenCount", "toolUsePromptTokenCount"),
      output: sum(raw, "candidatesTokenCount", "thoughtsTokenCount"),
      reasoning: sum(raw, "thoughtsTokenCount"),
    };
  }
  return has(raw, "totalTokenCount") ? { input: sum(raw, "totalTokenCount"), output: 0 } : null;
}

/** Cohere bills `billed_units`, not `tokens`. */
function cohereUsage(raw: JsonObject): StatedUsage | null {
  const billed = objectIn(raw, "billed_units");
  if (billed === undefined) return null;
  if (has(billed, "search_units")) return { requests: sum(billed, "search_units") };
  return {
    ...(has(billed, "input_tokens") ? { input: sum(billed, "input_tokens") } : {}),
    ...(has(billed, "output_tokens") ? { output: sum(billed, "output_tokens") } : {}),
  };
}

function bedrockUsage(raw: JsonObject): StatedUsage | null {
  if (!has(raw, "inputTokens")) return null;
  return {
    input: sum(raw, "inputTokens", "cacheReadInputTokens", "cacheWriteInputTokens"),
    output: sum(raw, "outputTokens"),
    cacheRead: sum(raw, "cacheReadInputTokens"),
  };
}

function interactionUsage(raw: JsonObject): StatedUsage | null {
  if (!has(raw, "total_input_tokens")) return null;
  return {
    input: sum(raw, "total_input_tokens", "total_tool_use_tokens"),
    output: sum(raw, "total_output_tokens", "total_thought_tokens"),
    cacheRead: sum(raw, "total_cached_tokens"),
    reasoning: sum(raw, "total_thought_tokens"),
  };
}

function unitUsage(raw: JsonObject): StatedUsage | null {
  if (raw["type"] === "duration" && has(raw, "seconds")) return { seconds: sum(raw, "seconds") };
  if (has(raw, "pages_processed")) return { pages: sum(raw, "pages_processed") };
  const dollars = objectIn(raw, "costDollars");
  if (dollars !== undefined) return { dollars: sum(dollars, "total") };
  return has(raw, "creditsUsed", "credits")
    ? { credits: sum(raw, "creditsUsed", "credits") }
    : null;
}

/** Embeddings of some providers say only a total. */
function totalOnly(raw: JsonObject): StatedUsage | null {
  return has(raw, "total_tokens") ? { input: sum(raw, "total_tokens"), output: 0 } : null;
}

/** A field called `cost` is a bill only where the provider documents it as one. */
function dollarsIn(raw: JsonObject, provider: string): Pick<StatedUsage, "dollars"> {
  if (provider === "openrouter" && has(raw, "cost")) return { dollars: sum(raw, "cost") };
  if (provider === "xai" && has(raw, "cost_in_usd_ticks")) {
    return { dollars: sum(raw, "cost_in_usd_ticks") / 1e10 };
  }
  return {};
}
