/** Finds what a request's body only names: earlier answers, conversations and files. */
import type { NamedObject } from "./dialect.ts";
import { isObject, type JsonObject, listIn, textIn } from "./read-json.ts";

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
  if (depth > DEPTH_MOST) return;
  if (Array.isArray(value)) {
    for (const item of value) filesIn(item, depth + 1, found);
  } else if (isObject(value)) {
    found.push(...namedBy(value));
    for (const key of Object.keys(value)) filesIn(value[key], depth + 1, found);
  }
}

function namedBy(value: JsonObject): readonly NamedObject[] {
  const id = textIn(value, "file_id");
  // Files for a sandbox: the model is shown none of them.
  const unseen = listIn(value, "file_ids").filter((one) => typeof one === "string");
  return [
    ...(id === undefined ? [] : [{ id, guessed: isDocument(value) }]),
    ...unseen.map((one) => ({ id: one, guessed: false })),
  ];
}

/** In a part of the input. Pictures are named so too, but of a picture's size a file's bytes say nothing. */
function isDocument(value: JsonObject): boolean {
  const type = textIn(value, "type");
  return type === "input_file" || type === "file" || type === undefined;
}
