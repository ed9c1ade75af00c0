/** Reads Mistral's streams as they pass: OpenAI's chunks, with the usage beside the last choice, unasked. */
import type { Route, StreamReader } from "../dialect.ts";
import { chatMeter } from "../openai/chat-meter.ts";
import { mediaMeter } from "../openai/media-meter.ts";
import { passStream } from "../pass-stream.ts";
import { sseSplitter } from "../split-events.ts";
import type { Problems } from "../usage-numbers.ts";
import { readAnswer } from "./read-usage.ts";

/** Thoughts come as lists of `text` parts. */
const TEXT = /"(?:text|content|arguments)"\s*:\s*"/g;

const TRANSCRIPT_END = /"type"\s*:\s*"transcription\.done"/;

export function readStream(route: Route): StreamReader {
  const usageOf = (json: unknown, problems: Problems) => readAnswer(json, problems).usage;
  const meter =
    route.operation === "audio"
      ? mediaMeter({ end: TRANSCRIPT_END, text: TEXT, usageOf })
      : chatMeter({ stripUsage: false, readAnswer, text: TEXT });
  return passStream({ splitter: sseSplitter(), meter, keep: "all" });
}
