/** Reads Cohere's streams as they pass; they end with `message-end`, which carries what is billed. */
import type { StreamReader } from "../dialect.ts";
import { mediaMeter } from "../openai/media-meter.ts";
import { passStream } from "../pass-stream.ts";
import { objectIn } from "../read-json.ts";
import { sseSplitter } from "../split-events.ts";
import { billedUnits } from "./read-usage.ts";

const END = /"type"\s*:\s*"message-end"/;
const TEXT = /"(?:text|thinking|arguments)"\s*:\s*"/g;

export function readStream(): StreamReader {
  const meter = mediaMeter({
    end: END,
    text: TEXT,
    usageOf: (json, problems) => {
      const delta = objectIn(json, "delta") ?? json;
      return billedUnits(objectIn(delta, "usage"), problems);
    },
  });
  return passStream({ splitter: sseSplitter(), meter, keep: "all" });
}
