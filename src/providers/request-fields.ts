/** Reads the fields that requests of all dialects share, and refuses by name those that cannot be metered. */
import { invalidField } from "../core/errors.ts";
import type { OutputBound } from "./dialect.ts";
import { isObject, type JsonObject } from "./read-json.ts";

const MODEL_CHARS_MOST = 256;

/** Throws `invalid_request` where the body is no JSON object. */
export function bodyOf(json: unknown): JsonObject {
  if (!isObject(json)) throw invalidField("body", "must be a JSON object.");
  return json;
}

export function modelOf(body: JsonObject): string {
  const model = body["model"];
  if (typeof model !== "string" || model.trim() === "" || model.length > MODEL_CHARS_MOST) {
    throw invalidField("model", "must name a model.");
  }
  return model;
}

/** A provider that took "true" for true would stream what we read as a whole answer, so only booleans pass. */
export function streamedOf(body: JsonObject): boolean {
  const stream = body["stream"] ?? false;
  if (typeof stream !== "boolean") throw invalidField("stream", "must be true or false.");
  return stream;
}

/** The first of these fields that has a value; undefined where none has. Throws where it is no positive whole number. */
export function wholeNumberIn(body: JsonObject, fields: readonly string[]): number | undefined {
  for (const field of fields) {
    const value = body[field] ?? undefined;
    if (value === undefined) continue;
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    throw invalidField(field, "must be a positive whole number.");
  }
  return undefined;
}

export function outputBound(named: number | undefined, modelMax: number): OutputBound {
  return named === undefined ? { kind: "unnamed", modelMax } : { kind: "named", tokens: named };
}

/** The value of the longest beginning of `model` in the table. */
export function byPrefix(
  table: ReadonlyMap<string, number>,
  model: string,
  otherwise: number,
): number {
  let found = otherwise;
  let length = 0;
  for (const [prefix, value] of table) {
    if (prefix.length > length && model.startsWith(prefix)) {
      found = value;
      length = prefix.length;
    }
  }
  return found;
}

/** Base64 of a data URL as it stands; null where the text is some other address. */
export function inlineUrl(url: unknown): string | null {
  return typeof url === "string" && url.startsWith("data:") ? url : null;
}
