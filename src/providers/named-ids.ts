/** Finds what a request's body only names: earlier answers, conversations and files. */
import type { NamedObject } from "./dialect.ts";
import { isObject, type JsonObject, textIn } from "./read-json.ts";

/** What a model is never shown, and so names nothing. */
const NOT_SHOWN = new Set(["metadata", "user"]);
const DEPTH_MOST = 200;

/** For bodies in OpenAI's and Anthropic's dialects, which spell these fields alike. */
export function namedIds(body: JsonObject): readonly NamedObject[] {
  const found: NamedObject[] = [];
  const conversation = body["conversation"];
  for (const id of [
    body["previous_response_id"],
    isObject(conversation) ? conversation["id"] : conversation,
  ]) {
    if (typeof id === "string") found.push({ id, guessed: true });
  }
  for (const key of Object.keys(body)) {
    if (!NOT_SHOWN.has(key)) filesIn(body[key], 1, found);
  }
  return found;
}

function filesIn(value: unknown, depth: number, found: NamedObject[]): void {
  if (depth > DEPTH_MOST || typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) filesIn(item, depth + 1, found);
    return;
  }
  if (!isObject(value)) return;
  const id = textIn(value, "file_id");
  if (id !== undefined) found.push({ id, guessed: isDocument(value) });
  // Files for a sandbox: the model is shown none of them.
  const ids = value["file_ids"];
  if (Array.isArray(ids)) {
    for (const one of ids) if (typeof one === "string") found.push({ id: one, guessed: false });
  }
  for (const key of Object.keys(value)) filesIn(value[key], depth + 1, found);
}

/** In a part of the input. Pictures are named so too, but of a picture's size a file's bytes say nothing. */
function isDocument(value: JsonObject): boolean {
  const type = textIn(value, "type");
  return type === "input_file" || type === "file" || type === undefined;
}
