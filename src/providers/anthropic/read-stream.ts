/** Reads Anthropic's streams as they pass; they end with `message_stop`. */
import type { AnswerFacts, Route, StreamReader, UsageReading } from "../dialect.ts";
import type { EventMeter, Verdict } from "../event-meter.ts";
import { deliveredTokens, parseEvent } from "../event-text.ts";
import { passStream } from "../pass-stream.ts";
import { type JsonObject, objectIn, textIn } from "../read-json.ts";
import { sseSplitter } from "../split-events.ts";
import { Problems } from "../usage-numbers.ts";
import { namesIn, usageIn, withSession } from "./read-usage.ts";

export function readStream(_route: Route, options: { facts?: AnswerFacts }): StreamReader {
  return passStream({ splitter: sseSplitter(), meter: messagesMeter(options.facts), keep: "all" });
}

const TEXT = /"(?:text|thinking|partial_json)"\s*:\s*"/g;

function messagesMeter(facts: AnswerFacts | undefined): EventMeter {
  const problems = new Problems();
  let message: JsonObject | undefined;
  let container: JsonObject | undefined;
  let started: JsonObject = {};
  let latest: JsonObject = {};
  let counted = 0;

  function readSpecial(event: string): Verdict {
    const json = parseEvent(event);
    switch (textIn(json, "type")) {
      case "message_start":
        message = objectIn(json, "message");
        started = objectIn(message, "usage") ?? started;
        container = objectIn(message, "container") ?? container;
        return "pass";
      case "message_delta":
        latest = objectIn(json, "usage") ?? latest;
        container = objectIn(objectIn(json, "delta"), "container") ?? container;
        return "pass";
      case "error": {
        const reason = textIn(objectIn(json, "error"), "message") ?? "no reason given";
        problems.add(`The provider broke off with an error: ${reason.slice(0, 200)}`);
        return "last";
      }
      case "message_stop":
        return "last";
      default:
        return "pass";
    }
  }

  return {
    read(event, whole) {
      if (event.includes('"content_block_delta"')) {
        counted += deliveredTokens(event, TEXT);
        return "pass";
      }
      const isSpecial = event.includes('"message_') || event.includes('"error"');
      return isSpecial && whole ? readSpecial(event) : "pass";
    },
    reading: () => ({ ...readingOf(), outputTokensCounted: counted, ...problems.told() }),
  };

  /** The numbers of `message_delta` are cumulative and replace those of `message_start`, which alone has the rest. */
  function readingOf(): Pick<UsageReading, "usage" | "model" | "tier"> {
    const usage = { ...started, ...withoutNulls(latest) };
    const read = withSession(usageIn(usage, facts, problems), container);
    return { usage: read, ...namesIn(message, usage) };
  }
}

function withoutNulls(usage: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
}
