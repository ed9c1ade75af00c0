/** Reads the events of a Responses stream as they pass. */
import type { EventMeter, Verdict } from "../event-meter.ts";
import { deliveredTokens, lastObject, parseEvent } from "../event-text.ts";
import { isObject, type JsonObject, objectIn, textIn } from "../read-json.ts";
import { Problems } from "../usage-numbers.ts";
import { type Answer, type AnswerSpelling, readAnswer } from "./answer-spelling.ts";
import { noteError } from "./chat-meter.ts";

const DELTA = /"delta"\s*:\s*"/g;
const RESPONSE_OR_ERROR = /"(?:response|error)"\s*:/;
const ENDS = new Set(["response.completed", "response.incomplete", "response.failed"]);
/** An item of the output that is a tool's call; the types of tools that cost something all end like this. */
const TOOL_DONE = /"response\.output_item\.done"[\s\S]*_call"/;
const TOOL_CALLS_MOST = 10_000;

export function responsesMeter(spelling: AnswerSpelling): EventMeter {
  const problems = new Problems();
  const toolCalls: JsonObject[] = [];
  let answer: Answer = { usage: null };
  let counted = 0;

  function readResponse(response: JsonObject): void {
    const next = readAnswer(response, problems, spelling);
    const id = response["store"] === false ? undefined : textIn(response, "id");
    answer = {
      ...answer,
      ...next,
      usage: next.usage ?? answer.usage,
      ...(id === undefined ? {} : { objectId: id }),
    };
    const error = objectIn(response, "error");
    if (error !== undefined) noteError({ error }, problems);
  }

  /** Too large to keep whole (it repeats the entire answer): its last `usage` is the answer's own. */
  function readCut(event: string): Verdict {
    const head = event.slice(0, 256);
    if (![...ENDS].some((type) => head.includes(type))) return "pass";
    readResponse({ usage: lastObject(event, "usage"), output: toolCalls });
    return "last";
  }

  function readWhole(event: string): Verdict {
    const json = parseEvent(event);
    if (!isObject(json)) return "pass";
    const type = textIn(json, "type") ?? "";
    const response = objectIn(json, "response");
    if (response !== undefined) readResponse(response);
    if (type === "error") noteError({ error: json["error"] ?? json }, problems);
    return type === "error" || ENDS.has(type) ? "last" : "pass";
  }

  /** Kept by type and container only, for a last event that is too large to be read. */
  function noteToolCall(event: string): void {
    const item = objectIn(parseEvent(event), "item");
    if (item === undefined || toolCalls.length >= TOOL_CALLS_MOST) return;
    toolCalls.push({ type: item["type"], container_id: item["container_id"] });
  }

  return {
    read(event, whole) {
      // Only the few events that carry the response as an object have its key; deltas do not.
      if (RESPONSE_OR_ERROR.test(event)) {
        return whole ? readWhole(event) : readCut(event);
      }
      if (whole && TOOL_DONE.test(event)) noteToolCall(event);
      counted += deliveredTokens(event, DELTA);
      return "pass";
    },
    reading: () => ({ ...answer, outputTokensCounted: counted, ...problems.told() }),
  };
}
