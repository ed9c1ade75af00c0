/** Reads what an OpenAI answer says it used: chat completions, Responses and embeddings. */
import { type Usage, usageOf } from "../../core/usage.ts";
import { deliveredTokensIn } from "../delivered-text.ts";
import type { Route, UsageReading } from "../dialect.ts";
import { isObject, type JsonObject, listIn, objectIn, textIn } from "../read-json.ts";
import { addUsage, Problems, UsageNumbers } from "../usage-numbers.ts";

/** One numbering in two spellings: chat completions and embeddings say prompt and completion, Responses input and output. */
const CHAT_NAMES = {
  input: "prompt_tokens",
  inputDetails: "prompt_tokens_details",
  output: "completion_tokens",
  outputDetails: "completion_tokens_details",
} as const;
const RESPONSES_NAMES = {
  input: "input_tokens",
  inputDetails: "input_tokens_details",
  output: "output_tokens",
  outputDetails: "output_tokens_details",
} as const;

export function readUsage(_route: Route, json: unknown): UsageReading {
  const problems = new Problems();
  const written = isObject(json) ? [json["choices"], json["output"]] : [];
  return {
    ...readAnswer(json, problems),
    outputTokensCounted: deliveredTokensIn(written),
    problems: problems.list,
  };
}

/** Usage, model and service tier of an answer, or of the stream's event that carries them. */
export function readAnswer(
  json: unknown,
  problems: Problems,
): Omit<UsageReading, "problems" | "outputTokensCounted"> {
  const model = textIn(json, "model");
  const tier = textIn(json, "service_tier");
  return {
    usage: usageIn(json, problems),
    ...(model === undefined || model === "" ? {} : { model }),
    ...(tier === undefined ? {} : { tier }),
  };
}

function usageIn(json: unknown, problems: Problems): Usage | null {
  const numbers = objectIn(json, "usage");
  if (numbers === undefined) return null;
  const tokens = tokensOf(numbers, problems);
  if (tokens === null) return null;
  const searches = listIn(json, "output").filter(
    (item) => textIn(item, "type") === "web_search_call",
  );
  return addUsage(tokens, usageOf({ web_searches: searches.length }));
}

/** Cached, cache-written, audio and reasoning tokens are parts of the two totals. null: it cannot be believed. */
function tokensOf(usage: JsonObject, problems: Problems): Usage | null {
  const names = "input_tokens" in usage || "output_tokens" in usage ? RESPONSES_NAMES : CHAT_NAMES;
  if (!(names.input in usage)) {
    problems.add(`The usage has no ${names.input}.`);
    return null;
  }
  const numbers = new UsageNumbers(problems);
  const inputTokens = numbers.total(usage, names.input);
  const outputTokens = numbers.total(usage, names.output);
  if (numbers.broken) return null;
  numbers.checkSum(usage, "total_tokens", inputTokens + outputTokens);
  const inputParts = usage[names.inputDetails];
  const outputParts = usage[names.outputDetails];
  const input = numbers.split(
    inputTokens,
    [
      ["cache_read", numbers.part(inputParts, "cached_tokens")],
      ["cache_write_5m", numbers.part(inputParts, "cache_write_tokens")],
      ["input_audio", numbers.part(inputParts, "audio_tokens")],
    ],
    "input",
  );
  const output = numbers.split(
    outputTokens,
    [
      ["reasoning", numbers.part(outputParts, "reasoning_tokens")],
      ["output_audio", numbers.part(outputParts, "audio_tokens")],
    ],
    "output",
  );
  return addUsage(input, output);
}
