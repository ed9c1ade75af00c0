/** Reads what an answer in OpenAI's dialect says it used, for every kind of its work. */
import { type Usage, usageOf } from "../../core/usage.ts";
import { deliveredTokensIn } from "../delivered-text.ts";
import type { AnswerFacts, Dialect, Route, UsageReading } from "../dialect.ts";
import { isObject, listIn, objectIn, textIn } from "../read-json.ts";
import { addUsage, Problems, UsageNumbers } from "../usage-numbers.ts";
import { type Answer, type AnswerSpelling, readAnswer } from "./answer-spelling.ts";
import { tokensOf } from "./token-usage.ts";
import { type Work, workOf } from "./works.ts";

export const readUsage: Dialect["readUsage"] = usageReader({});

/** `spelling`: where the provider's answers differ from OpenAI's own. */
export function usageReader(spelling: AnswerSpelling): Dialect["readUsage"] {
  return (route, json, facts) => {
    const problems = new Problems();
    return {
      ...answerOf(route, json, { facts, problems, spelling }),
      outputTokensCounted: deliveredTokensIn(writtenIn(json)),
      ...problems.told(),
    };
  };
}

function writtenIn(json: unknown): readonly unknown[] {
  return isObject(json) ? [json["choices"], json["output"], json["text"]] : [];
}

interface Reading {
  readonly facts: AnswerFacts | undefined;
  readonly problems: Problems;
  readonly spelling: AnswerSpelling;
}

function answerOf(route: Route, json: unknown, reading: Reading): Answer {
  const work = workOf(route);
  switch (work) {
    case "image":
      return readImages(json, reading.problems);
    case "speech":
      return { usage: spokenUsage(reading.facts) };
    case "transcript":
      return { ...modelOf(json), usage: transcriptUsage(json, reading.problems) };
    case "moderation":
      // Free of charge (platform.openai.com/docs/guides/moderation), so there is nothing to count but the call.
      return { ...modelOf(json), usage: isObject(json) ? usageOf({}) : null };
    case "chat":
    case "responses":
    case "compact":
    case "embeddings":
      return readAnswer(json, reading.problems, reading.spelling);
  }
}

function modelOf(json: unknown): Pick<UsageReading, "model"> {
  const model = textIn(json, "model");
  return model === undefined ? {} : { model };
}

/** Image models since gpt-image-1 are billed by tokens and say so; the ones before by the image, and say nothing. */
function readImages(json: unknown, problems: Problems): Answer {
  const usage = objectIn(json, "usage");
  const images = usageOf({ images: listIn(json, "data").length });
  if (usage === undefined) return { usage: images.images === undefined ? null : images };
  const tokens = tokensOf(usage, problems, { writes: "output_image" });
  return { usage: tokens === null ? null : addUsage(tokens, images) };
}

/**
 * A binary answer says nothing. What is billed by characters is known from the request; what is billed by tokens of
 * sound is only guessed there, so it is left to be marked as estimated (null).
 */
function spokenUsage(facts: AnswerFacts | undefined): Usage | null {
  const units = facts?.units;
  return units === undefined || units.output_audio !== undefined ? null : units;
}

/** Tokens, or seconds of sound; the older verbose form has the sound's duration only. null: plain text says neither. */
function transcriptUsage(json: unknown, problems: Problems): Usage | null {
  const numbers = new UsageNumbers(problems);
  const usage = objectIn(json, "usage");
  if (usage !== undefined && "input_tokens" in usage) return tokensOf(usage, problems);
  const seconds =
    usage === undefined ? numbers.seconds(json, "duration") : numbers.seconds(usage, "seconds");
  return seconds === 0 ? null : usageOf({ seconds });
}

/** Of one event of a stream that carries its work's usage. */
export function eventUsage(work: Work, json: unknown, problems: Problems): Usage | null {
  const usage = objectIn(json, "usage");
  if (usage === undefined) return null;
  if (work === "transcript") return transcriptUsage(json, problems);
  if (work === "speech") return tokensOf(usage, problems, { writes: "output_audio" });
  const tokens = tokensOf(usage, problems, { writes: "output_image" });
  return tokens === null ? null : addUsage(tokens, { images: 1 });
}
