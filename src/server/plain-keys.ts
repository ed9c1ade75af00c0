/** Finds keys of JSON that write plain letters as escapes, which nobody who means well does. */
import { someKey } from "../providers/scan-json.ts";

/** A letter, a digit or the underscore, as `\u` writes it. */
const ESCAPED_LETTER = /\\u00(?:3\d|[46][1-9a-f]|[57][\da]|5f)/i;

/**
 * V8's JSON.parse (Node 24.21) can take such a key for another one that it has seen before: with `{"m\\u00": 1}` read once,
 * `"m\u006fdel"` is no `model` to it, while it is one to the provider. So somebody could be held to one model and be served
 * another. `body` must be JSON, and `text` the same decoded. Looks at every key only where there is such an escape at all.
 */
export function hasEscapedKey(body: Uint8Array, text: string): boolean {
  if (!ESCAPED_LETTER.test(text)) return false;
  return someKey(body, (written) => ESCAPED_LETTER.test(written.replaceAll("\\\\", "")));
}
