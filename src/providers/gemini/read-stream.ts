/** Reads Gemini's streams as they pass, as server-sent events or as one JSON array. */
import type { AnswerFacts, Route, StreamReader, UsageReading } from "../dialect.ts";
import type { EventMeter, Verdict } from "../event-meter.ts";
import { deliveredTokens, lastObject, parseEvent } from "../event-text.ts";
import { streamReader } from "../openai/read-stream.ts";
import { passStream } from "../pass-stream.ts";
import { firstIn, listIn, objectIn, textIn } from "../read-json.ts";
import { jsonArraySplitter, sseSplitter } from "../split-events.ts";
import { addUsage, Problems } from "../usage-numbers.ts";
import { BesideTokens } from "./beside-tokens.ts";
import { COMPATIBLE_SPELLING, readAnswer } from "./read-usage.ts";
import { isCompatible } from "./works.ts";

export function readStream(
  route: Route,
  options: { stripUsage: boolean; query: URLSearchParams; facts?: AnswerFacts },
): StreamReader {
  if (isCompatible(route)) return readCompatible(route, options);
  const splitter = options.query.get("alt") === "sse" ? sseSplitter() : jsonArraySplitter();
  const meter = generateMeter(options.facts?.choices ?? 1);
  return passStream({ splitter, meter, keep: "latest" });
}

const readCompatible = streamReader(COMPATIBLE_SPELLING);

/** An answer is over once each of its candidates has given a reason to finish. */
function generateMeter(choices: number): EventMeter {
  const problems = new Problems();
  const finished = new Set<unknown>();
  const beside = new BesideTokens();
  // Every event carries the usage so far and the last one replaces all before it, so only that one is ever parsed.
  let latest: { event: string; whole: boolean } | null = null;
  let known: Pick<UsageReading, "usage" | "model" | "tier"> = { usage: null };
  let knownOf: unknown = null;
  let counted = 0;

  function readEnd(event: string): Verdict {
    const json = parseEvent(event);
    for (const candidate of listIn(json, "candidates")) {
      if (isFinished(candidate)) finished.add(firstIn(candidate, ["index"]) ?? 0);
    }
    const error = objectIn(json, "error");
    if (error !== undefined) {
      const reason = textIn(error, "message") ?? "no reason given";
      problems.add(`The provider broke off with an error: ${reason.slice(0, 200)}`);
    }
    const isBlocked = textIn(objectIn(json, "promptFeedback"), "blockReason") !== undefined;
    return error !== undefined || isBlocked || finished.size >= choices ? "last" : "pass";
  }

  return {
    read(event, whole) {
      counted += deliveredTokens(event, TEXT);
      if (USAGE.test(event)) latest = { event, whole };
      if (BESIDE.test(event)) {
        if (whole) beside.note(parseEvent(event));
        else beside.noteLarge(event);
      }
      if (!whole) return CUT_END.test(event) ? "last" : "pass";
      return END.test(event) ? readEnd(event) : "pass";
    },
    reading() {
      if (latest !== null && latest !== knownOf) {
        const { event, whole } = latest;
        const json = whole
          ? parseEvent(event)
          : { usageMetadata: lastObject(event, "usageMetadata") };
        known = { ...known, ...readAnswer(json, problems) };
        knownOf = latest;
      }
      const usage = known.usage === null ? null : addUsage(known.usage, beside.usage(known.model));
      return { ...known, usage, outputTokensCounted: counted, ...problems.told() };
    },
  };
}

function isFinished(candidate: unknown): boolean {
  const reason = textIn(candidate, "finishReason");
  return reason !== undefined && reason !== "FINISH_REASON_UNSPECIFIED";
}

const TEXT = /"(?:text|code)"\s*:\s*"/g;
const BESIDE = /"(?:webSearchQueries|inlineData)"\s*:/;
const USAGE = /"usageMetadata"\s*:/;
const END = /"(?:finishReason|blockReason|error)"\s*:/;
const CUT_END = /"finishReason"\s*:\s*"[A-Z]/;
