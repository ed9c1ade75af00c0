/** Reads Exa's streamed answers as they pass: words and citations in OpenAI's chunks, and the cost near the end. */
import type { AnswerFacts, Route, StreamReader, UsageReading } from "../dialect.ts";
import type { EventMeter } from "../event-meter.ts";
import { isWord, lastObject, parseEvent } from "../event-text.ts";
import { passStream } from "../pass-stream.ts";
import { objectIn, textIn } from "../read-json.ts";
import { sseSplitter } from "../split-events.ts";
import { Problems } from "../usage-numbers.ts";
import { costIn } from "./read-usage.ts";

/** Words may go on after the event with the cost, so only the newest event is kept back. */
export function readStream(_route: Route, { facts }: { facts?: AnswerFacts }): StreamReader {
  return passStream({ splitter: sseSplitter(), meter: answerMeter(facts), keep: "latest" });
}

const COST_OR_ERROR = /"(?:costDollars|error)"\s*:/;

function answerMeter(facts: AnswerFacts | undefined): EventMeter {
  const problems = new Problems();
  const usage = facts?.units ?? { requests: 1 };
  let stated: Pick<UsageReading, "statedCost"> = {};

  return {
    read(event, whole) {
      if (isWord(event, "[DONE]")) return "last";
      if (!COST_OR_ERROR.test(event)) return "pass";
      const json = whole ? parseEvent(event) : { costDollars: lastObject(event, "costDollars") };
      stated = { ...stated, ...costIn(json, problems) };
      const error = textIn(json, "error") ?? textIn(objectIn(json, "error"), "message");
      if (error !== undefined) problems.add(`The provider broke off: ${error.slice(0, 200)}`);
      return error !== undefined || objectIn(json, "costDollars") !== undefined ? "last" : "pass";
    },
    reading: () => ({ usage, ...stated, outputTokensCounted: 0, problems: problems.list }),
  };
}
