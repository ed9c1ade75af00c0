/** Reads Mistral's streams as they pass: OpenAI's chunks, with the usage beside the last choice, unasked. */
import type { Route, StreamReader } from "../dialect.ts";
import { chatMeter } from "../openai/read-stream.ts";
import { passStream } from "../pass-stream.ts";
import { sseSplitter } from "../split-events.ts";
import { readAnswer } from "./read-usage.ts";

/** Thoughts come as lists of `text` parts. */
const TEXT = /"(?:text|content|arguments)"\s*:\s*"/g;

export function readStream(_route: Route): StreamReader {
  const meter = chatMeter({ stripUsage: false, readAnswer, text: TEXT });
  return passStream({ splitter: sseSplitter(), meter, keep: "all" });
}
