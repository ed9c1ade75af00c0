/** Reads the events of a stream of pictures, speech or a transcript as they pass. */
import type { Usage } from "../../core/usage.ts";
import type { EventMeter, Verdict } from "../event-meter.ts";
import { deliveredTokens, lastObject, parseEvent } from "../event-text.ts";
import { isObject, textIn } from "../read-json.ts";
import { addUsage, Problems } from "../usage-numbers.ts";
import { noteError } from "./chat-meter.ts";

const ERROR = /"error"\s*:\s*[^n\s]/;

/** `end` finds the event that carries usage, `text` (global) where a piece's words begin, if there are any. */
export function mediaMeter(options: {
  end: RegExp;
  text?: RegExp;
  usageOf: (json: unknown, problems: Problems) => Usage | null;
}): EventMeter {
  const problems = new Problems();
  let usage: Usage | null = null;
  let counted = 0;

  /** Each picture ends with an event of its own that carries its own usage, so these are added up. */
  function note(json: unknown): Verdict {
    const next = options.usageOf(json, problems);
    if (next !== null) usage = usage === null ? next : addUsage(usage, next);
    return "last";
  }

  function readWhole(event: string): Verdict {
    const json = parseEvent(event);
    if (!isObject(json)) return "pass";
    const isError = textIn(json, "type") === "error";
    if (noteError(isError ? { error: json["error"] ?? json } : json, problems)) return "last";
    return note(json);
  }

  return {
    read(event, whole) {
      if (options.text !== undefined) counted += deliveredTokens(event, options.text);
      if (!options.end.test(event) && !ERROR.test(event)) return "pass";
      // A picture may be larger than what is kept of an event; its usage stands behind it.
      return whole ? readWhole(event) : note({ usage: lastObject(event, "usage") });
    },
    reading: () => ({ usage, outputTokensCounted: counted, ...problems.told() }),
  };
}
