/** Reads what a Mistral answer says it used. */
import { type Usage, usageOf } from "../../core/usage.ts";
import { deliveredTokensIn } from "../delivered-text.ts";
import type { Route, UsageReading } from "../dialect.ts";
import { firstIn, isObject, type JsonObject, objectIn, textIn } from "../read-json.ts";
import { addUsage, Problems, UsageNumbers } from "../usage-numbers.ts";

export function readUsage(_route: Route, json: unknown): UsageReading {
  const problems = new Problems();
  return {
    ...readAnswer(json, problems),
    outputTokensCounted: deliveredTokensIn(isObject(json) ? json["choices"] : undefined),
    problems: problems.list,
  };
}

/** Usage and model of an answer, or of the chunk of a stream that carries them. */
export function readAnswer(
  json: unknown,
  problems: Problems,
): Pick<UsageReading, "usage" | "model"> {
  const usage = objectIn(json, "usage");
  const model = textIn(json, "model");
  return {
    usage: usage === undefined ? null : usageIn(usage, problems),
    ...(model === undefined || model === "" ? {} : { model }),
  };
}

/** Cached tokens are part of the prompt's, under either of two names. Audio is billed by its seconds beside the tokens. */
function usageIn(usage: JsonObject, problems: Problems): Usage | null {
  if (!("prompt_tokens" in usage)) {
    problems.add("The usage has no prompt_tokens.");
    return null;
  }
  const numbers = new UsageNumbers(problems);
  const prompt = numbers.total(usage, "prompt_tokens");
  const output = numbers.total(usage, "completion_tokens");
  if (numbers.broken) return null;
  numbers.checkSum(usage, "total_tokens", prompt + output);
  const details = firstIn(usage, ["prompt_tokens_details", "prompt_token_details"]);
  const cached =
    firstIn(details, ["cached_tokens"]) === undefined
      ? numbers.part(usage, "num_cached_tokens")
      : numbers.part(details, "cached_tokens");
  const seconds = isObject(usage["prompt_audio_seconds"])
    ? 0
    : numbers.part(usage, "prompt_audio_seconds");
  return addUsage(
    numbers.split(prompt, [["cache_read", cached]], "input"),
    usageOf({ output, seconds }),
  );
}
