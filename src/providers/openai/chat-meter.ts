/** Reads the chunks of a chat as they pass; for every provider that took them over. */
import type { UsageReading } from "../dialect.ts";
import type { EventMeter, Verdict } from "../event-meter.ts";
import { deliveredTokens, isWord, parseEvent } from "../event-text.ts";
import { isObject, type JsonObject, objectIn, textIn } from "../read-json.ts";
import { Problems } from "../usage-numbers.ts";

type Answer = Omit<UsageReading, "problems" | "totalDisagrees" | "outputTokensCounted">;

/** One pattern for both keys: this is looked for in each chunk, and far faster than two searches. */
const USAGE_OR_ERROR = /"(?:usage|error)"\s*:\s*[^n\s]/;

/** `readAnswer` reads the provider's own spelling of usage, `text` (global) finds where a chunk's words begin. */
export function chatMeter(options: {
  stripUsage: boolean;
  hasUsage?: (json: unknown) => boolean;
  readAnswer: (json: unknown, problems: Problems) => Answer;
  text: RegExp;
}): EventMeter {
  const problems = new Problems();
  const hasUsage = options.hasUsage ?? ((json: unknown) => objectIn(json, "usage") !== undefined);
  let answer: Answer = { usage: null };
  let counted = 0;

  function note(json: unknown): void {
    const next = options.readAnswer(json, problems);
    answer = { ...answer, ...next, usage: hasUsage(json) ? next.usage : answer.usage };
  }

  function readSpecial(event: string): Verdict {
    const chunk = parseEvent(event);
    if (!isObject(chunk)) {
      problems.add("An event of the stream is no JSON object.");
      return "pass";
    }
    note(chunk);
    if (noteError(chunk, problems)) return "last";
    const usageOnly =
      hasUsage(chunk) && Array.isArray(chunk["choices"]) && chunk["choices"].length === 0;
    return usageOnly && options.stripUsage ? "drop" : "pass";
  }

  return {
    read(event, whole) {
      if (isWord(event, "[DONE]")) return "last";
      counted += deliveredTokens(event, options.text);
      // The first chunk says which model answers; of the rest, only those that say more are parsed.
      const isRead = answer.model !== undefined || !event.includes("{");
      const isPlain = isRead && !USAGE_OR_ERROR.test(event);
      return isPlain || !whole ? "pass" : readSpecial(event);
    },
    reading: () => ({ ...answer, outputTokensCounted: counted, ...problems.told() }),
  };
}

/** An error inside a stream: the status was 200 long ago, so this event is all that is said of it, and the last. */
export function noteError(event: JsonObject, problems: Problems): boolean {
  const error = event["error"];
  if (error === undefined || error === null) return false;
  const message = textIn(error, "message") ?? textIn(event, "message") ?? "no reason given";
  problems.add(`The provider broke off with an error: ${message.slice(0, 200)}`);
  return true;
}
