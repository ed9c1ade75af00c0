/** Reads OpenAI's streams as they pass: chat completions end with `[DONE]`, Responses with a terminal event. */

import type { Route, StreamReader, UsageReading } from "../dialect.ts";
import type { EventMeter, Verdict } from "../event-meter.ts";
import { deliveredTokens, isWord, lastObject, parseEvent } from "../event-text.ts";
import { passStream } from "../pass-stream.ts";
import { isObject, type JsonObject, objectIn, textIn } from "../read-json.ts";
import { sseSplitter } from "../split-events.ts";
import { Problems } from "../usage-numbers.ts";
import { readAnswer } from "./read-usage.ts";

type Answer = Omit<UsageReading, "problems" | "outputTokensCounted">;

export function readStream(route: Route, options: { stripUsage: boolean }): StreamReader {
  const meter =
    route.operation === "responses"
      ? responsesMeter()
      : chatMeter({ ...options, readAnswer, text: CHAT_TEXT });
  return passStream({ splitter: sseSplitter(), meter, keep: "all" });
}

/** Where the words of a chat chunk begin. */
const CHAT_TEXT = /"(?:content|arguments|refusal|reasoning_content|reasoning)"\s*:\s*"/g;
/** One pattern for both keys: this is looked for in each chunk, and far faster than two searches. */
const USAGE_OR_ERROR = /"(?:usage|error)"\s*:\s*[^n\s]/;

/** Also for the providers that took over this dialect; `readAnswer` reads their own spelling of usage. */
export function chatMeter(options: {
  stripUsage: boolean;
  readAnswer: (json: unknown, problems: Problems) => Answer;
  text: RegExp;
}): EventMeter {
  const problems = new Problems();
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
    reading: () => ({ ...answer, outputTokensCounted: counted, problems: problems.list }),
  };
}

function hasUsage(json: unknown): boolean {
  return objectIn(json, "usage") !== undefined;
}

/** An error inside a stream: the status was 200 long ago, so this event is all that is said of it, and the last. */
function noteError(event: JsonObject, problems: Problems): boolean {
  const error = event["error"];
  if (error === undefined || error === null) return false;
  const message = textIn(error, "message") ?? textIn(event, "message") ?? "no reason given";
  problems.add(`The provider broke off with an error: ${message.slice(0, 200)}`);
  return true;
}

const DELTA = /"delta"\s*:\s*"/g;
const RESPONSE_OR_ERROR = /"(?:response|error)"\s*:/;
const RESPONSES_END = new Set(["response.completed", "response.incomplete", "response.failed"]);

function responsesMeter(): EventMeter {
  const problems = new Problems();
  let answer: Answer = { usage: null };
  let counted = 0;

  function readResponse(response: JsonObject): void {
    const next = readAnswer(response, problems);
    answer = { ...answer, ...next, usage: next.usage ?? answer.usage };
    const error = objectIn(response, "error");
    if (error !== undefined) noteError({ error }, problems);
  }

  /** Too large to keep whole (it repeats the entire answer): its last `usage` is the answer's own. */
  function readCut(event: string): Verdict {
    const head = event.slice(0, 256);
    if (![...RESPONSES_END].some((type) => head.includes(type))) return "pass";
    readResponse({ usage: lastObject(event, "usage") });
    problems.add("The last event was too large to read whole; web searches in it are not counted.");
    return "last";
  }

  function readWhole(event: string): Verdict {
    const json = parseEvent(event);
    if (!isObject(json)) return "pass";
    const type = textIn(json, "type") ?? "";
    const response = objectIn(json, "response");
    if (response !== undefined) readResponse(response);
    if (type === "error") noteError({ error: json["error"] ?? json }, problems);
    return type === "error" || RESPONSES_END.has(type) ? "last" : "pass";
  }

  return {
    read(event, whole) {
      // Only the few events that carry the response as an object have its key; deltas do not.
      if (RESPONSE_OR_ERROR.test(event)) {
        return whole ? readWhole(event) : readCut(event);
      }
      counted += deliveredTokens(event, DELTA);
      return "pass";
    },
    reading: () => ({ ...answer, outputTokensCounted: counted, problems: problems.list }),
  };
}
