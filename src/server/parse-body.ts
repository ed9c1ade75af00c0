/** Parses a request's body as JSON, once. */
import { invalidField } from "../core/errors.ts";
import { hasEscapedKey } from "./plain-keys.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Throws `invalid_request` where the bytes are not JSON in UTF-8, or a key's plain letters are written as escapes. */
export function parseBody(body: Uint8Array): unknown {
  const { text, json } = parse(body);
  if (!hasEscapedKey(body, text)) return json;
  throw invalidField(
    "body",
    "has a key whose letters are written as \\u escapes; write them plainly.",
  );
}

function parse(body: Uint8Array): { readonly text: string; readonly json: unknown } {
  try {
    const text = decoder.decode(body);
    return { text, json: JSON.parse(text) };
  } catch {
    throw invalidField("body", "must be JSON in UTF-8.");
  }
}
