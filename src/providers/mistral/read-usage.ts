/** Reads what a Mistral answer says it used. */
import { type Usage, usageOf } from "../../core/usage.ts";
import { deliveredTokensIn } from "../delivered-text.ts";
import type { AnswerFacts, Route, UsageReading } from "../dialect.ts";
import { firstIn, isObject, type JsonObject, objectIn, textIn } from "../read-json.ts";
import { addUsage, Problems, UsageNumbers } from "../usage-numbers.ts";

export function readUsage(route: Route, json: unknown, facts?: AnswerFacts): UsageReading {
  const problems = new Problems();
  const answer =
    route.operation === "ocr" ? readPages(json, facts, problems) : readAnswer(json, problems);
  const written = isObject(json) ? [json["choices"], json["text"]] : [];
  return { ...answer, outputTokensCounted: deliveredTokensIn(written), ...problems.told() };
}

/** Pages that were described as well as read cost more; the answer shows it only if the description did not fail. */
function readPages(
  json: unknown,
  facts: AnswerFacts | undefined,
  problems: Problems,
): Pick<UsageReading, "usage" | "model"> {
  const stated = objectIn(json, "usage_info");
  const numbers = new UsageNumbers(problems);
  const pages = stated === undefined ? 0 : numbers.total(stated, "pages_processed");
  const isAnnotated =
    facts?.units?.annotated_pages !== undefined ||
    firstIn(json, ["document_annotation"]) !== undefined;
  const isRead = stated !== undefined && "pages_processed" in stated && !numbers.broken;
  return {
    usage: isRead ? usageOf(isAnnotated ? { annotated_pages: pages } : { pages }) : null,
    ...modelOf(json),
  };
}

function modelOf(json: unknown): Pick<UsageReading, "model"> {
  const model = textIn(json, "model");
  return model === undefined || model === "" ? {} : { model };
}

/** Usage and model of an answer, or of the chunk of a stream that carries them. */
export function readAnswer(
  json: unknown,
  problems: Problems,
): Pick<UsageReading, "usage" | "model"> {
  const usage = objectIn(json, "usage");
  return {
    usage: usage === undefined ? null : usageIn(usage, problems),
    ...modelOf(json),
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
  const seconds = isObject(usage["prompt_audio_seconds"])
    ? 0
    : numbers.seconds(usage, "prompt_audio_seconds");
  // The total has the tokens of sound in it, which no other number shows; sound is billed by its seconds.
  if (seconds === 0) numbers.checkSum(usage, "total_tokens", prompt + output);
  const details = firstIn(usage, ["prompt_tokens_details", "prompt_token_details"]);
  const cached =
    firstIn(details, ["cached_tokens"]) === undefined
      ? numbers.part(usage, "num_cached_tokens")
      : numbers.part(details, "cached_tokens");
  return addUsage(
    numbers.split(prompt, [["cache_read", cached]], "input"),
    usageOf({ output, seconds }),
  );
}
