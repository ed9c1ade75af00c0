/** The JSON that an answer holds: one object of a whole answer, each event's payload of a stream. */
import { isObject, type JsonObject } from "../providers/read-json.ts";
import type { Recording } from "./recording.ts";

/** What is no JSON object (`[DONE]`, a torn line) is left out. Deliberately none of the meter's own code. */
export function payloadsOf({ kind, body }: Pick<Recording, "kind" | "body">): JsonObject[] {
  const text = body.toString("utf8");
  if (kind === "stream") return text.split(/\r\n|\r|\n/).flatMap(payloadOfLine);
  const json = parsed(text);
  return (Array.isArray(json) ? json : [json]).filter(isObject);
}

function payloadOfLine(line: string): JsonObject[] {
  if (!line.startsWith("data:")) return [];
  const json = parsed(line.slice("data:".length));
  return isObject(json) ? [json] : [];
}

/** undefined: it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
