/** Looks into one event of a stream, as latin1 text of its bytes, and parses it only where it must be. */

/** An event's payload: its `data:` lines joined, or all of it where it is bare JSON. */
function payloadOf(event: string): string {
  if (event.startsWith("data:")) {
    const lineEnd = event.search(/[\r\n]/);
    const rest = lineEnd < 0 ? "" : event.slice(lineEnd);
    if (rest.trim() === "") return event.slice(5, lineEnd < 0 ? undefined : lineEnd).trim();
  }
  const lines = event.split(/\r\n|\n|\r/);
  const payload = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
  // An element of a JSON array carries the array's own "[" or "," before it.
  return payload.length > 0 ? payload.join("\n").trim() : event.replace(/^[\s[,]+/, "").trim();
}

/** The payload as a value; undefined where it is no JSON. */
export function parseEvent(event: string): unknown {
  try {
    return JSON.parse(Buffer.from(payloadOf(event), "latin1").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Is the whole payload this word? */
export function isWord(event: string, word: string): boolean {
  return event.length < word.length + 64 && event.includes(word) && payloadOf(event) === word;
}

/** Is this an event as a whole, though no blank line ends it? */
export function isWholeEvent(event: string): boolean {
  return isWord(event, "[DONE]") || parseEvent(event) !== undefined;
}

/**
 * The object that follows the last `"key":`, where the event itself is cut in the middle; undefined if there is none.
 */
export function lastObject(event: string, key: string): unknown {
  const at = event.lastIndexOf(`"${key}"`);
  if (at < 0) return undefined;
  const open = event.indexOf("{", at);
  let depth = 0;
  for (let index = open; open >= 0 && index < event.length; index += 1) {
    const char = event[index];
    if (char === "{") depth += 1;
    if (char === "}") depth -= 1;
    if (depth > 0) continue;
    try {
      return JSON.parse(event.slice(open, index + 1));
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** Bytes of text are about this many to a token, in English as in Chinese. */
const BYTES_A_TOKEN = 4;

/**
 * A rough count of the tokens in an event, by the bytes of the first string that `opening` (a global pattern) finds the
 * opening quote of; at least one token, if the string is not empty.
 */
export function deliveredTokens(event: string, opening: RegExp): number {
  opening.lastIndex = 0;
  if (!opening.test(event)) return 0;
  const start = opening.lastIndex;
  let end = event.indexOf('"', start);
  while (end >= 0 && isEscaped(event, end)) end = event.indexOf('"', end + 1);
  return end < 0 ? 0 : Math.ceil((end - start) / BYTES_A_TOKEN);
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}
