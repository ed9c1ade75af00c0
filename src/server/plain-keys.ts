/** Finds keys of JSON text that write plain letters as escapes, which nobody who means well does. */

/** A letter, a digit or the underscore, as `\u` writes it. */
const ESCAPED_LETTER = /\\u00(?:3\d|[46][1-9a-f]|[57][\da]|5f)/i;

/**
 * V8's JSON.parse (Node 24.21) can take such a key for another one that it has seen before: with `{"m\\u00": 1}` read once,
 * `"m\u006fdel"` is no `model` to it, while it is one to the provider. So somebody could be held to one model and be served
 * another. `text` must be JSON. Looks at every key only where there is such an escape at all.
 */
export function hasEscapedKey(text: string): boolean {
  if (!ESCAPED_LETTER.test(text)) return false;
  let open = text.indexOf('"');
  while (open >= 0) {
    const end = stringEnd(text, open);
    const inside = text.slice(open + 1, end - 1);
    if (isKey(text, end) && ESCAPED_LETTER.test(inside.replaceAll("\\\\", ""))) return true;
    open = text.indexOf('"', end);
  }
  return false;
}

/** Just after the closing quote of the string that opens at `open`. */
function stringEnd(text: string, open: number): number {
  let quote = text.indexOf('"', open + 1);
  while (quote >= 0) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return text.length;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return text[at] === ":";
}
