/** Counts, roughly, the tokens of text in an answer that is not a stream; used where the provider gives no numbers. */
import { isObject } from "./read-json.ts";

/** What no reader sees as the model's words: names, ids, signatures, files. */
const NOT_WRITTEN = new Set([
  "id",
  "object",
  "model",
  "modelVersion",
  "responseId",
  "role",
  "type",
  "status",
  "finish_reason",
  "finishReason",
  "stop_reason",
  "name",
  "call_id",
  "signature",
  "thoughtSignature",
  "encrypted_content",
  "result",
  "data",
  "mimeType",
  "usage",
  "usageMetadata",
  "logprobs",
  "annotations",
  "citations",
  "groundingMetadata",
  "safetyRatings",
]);
const BYTES_A_TOKEN = 4;
const DEPTH_MOST = 64;

export function deliveredTokensIn(answer: unknown): number {
  return Math.ceil(writtenBytes(answer, 0) / BYTES_A_TOKEN);
}

function writtenBytes(value: unknown, depth: number): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (depth > DEPTH_MOST) return 0;
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, item) => sum + writtenBytes(item, depth + 1), 0);
  }
  if (!isObject(value)) return 0;
  let bytes = 0;
  for (const key of Object.keys(value)) {
    if (!NOT_WRITTEN.has(key)) bytes += writtenBytes(value[key], depth + 1);
  }
  return bytes;
}
