/** Finds an object's members in JSON bytes, and splices new values in, so that every other byte stays as it came. */
import { AppError } from "../core/errors.ts";

/** A member of an object, by its key's value (escapes undone) and the offsets of its value. */
interface Member {
  readonly key: string;
  readonly valueStart: number;
  readonly valueEnd: number;
}

interface ScannedObject {
  /** Just after the opening brace. */
  readonly inside: number;
  readonly members: readonly Member[];
}

/** Put `value` (JSON text) at these bytes in place of what is there. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * What should stand under one of an object's keys. `names`: its spellings, the one to create first. Every member of
 * these names that has a value other than null is replaced, duplicates too, since providers differ in which one they
 * read; where there is none, the first name is set or created. `inner`: it is an object, and this is set inside it.
 */
export type MemberEdit =
  | { readonly names: readonly string[]; readonly value: string }
  | { readonly names: readonly string[]; readonly inner: MemberEdit };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const SPACE = 0x20;

/** Applies the edits to a JSON object. Throws `invalid_request` where the bytes are no JSON object. */
export function editJson(body: Uint8Array, edits: readonly MemberEdit[]): Uint8Array {
  if (edits.length === 0) return body;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const scanned = scanObject(bytes, skipMark(bytes));
  const splices = edits.flatMap((edit) => splicesFor(bytes, scanned, edit));
  return spliced(bytes, splices);
}

/** Is there a key, at any depth, of which this is so? It is given as it is written, with its escapes. `body` must be JSON. */
export function someKey(body: Uint8Array, isSo: (written: string) => boolean): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  let open = bytes.indexOf(QUOTE);
  while (open >= 0) {
    const end = stringEnd(bytes, open);
    const isKey = bytes[skipSpace(bytes, end)] === COLON;
    if (isKey && isSo(bytes.toString("latin1", open + 1, end - 1))) return true;
    open = bytes.indexOf(QUOTE, end);
  }
  return false;
}

function splicesFor(bytes: Buffer, object: ScannedObject, edit: MemberEdit): Splice[] {
  const named = object.members.filter((member) => edit.names.includes(member.key));
  const set = named.filter((member) => !isNull(bytes, member));
  const targets = set.length > 0 ? set : named.filter((member) => member.key === edit.names[0]);
  if (targets.length === 0) return [insertion(object, edit)];
  return targets.flatMap((member) => {
    const start = member.valueStart;
    if (!("inner" in edit)) return [{ start, end: member.valueEnd, text: edit.value }];
    if (bytes[start] !== OPEN_BRACE)
      return [{ start, end: member.valueEnd, text: valueText(edit) }];
    return splicesFor(bytes, scanObject(bytes, start), edit.inner);
  });
}

function insertion(object: ScannedObject, edit: MemberEdit): Splice {
  const comma = object.members.length === 0 ? "" : ",";
  return { start: object.inside, end: object.inside, text: `${memberOf(edit)}${comma}` };
}

function memberOf(edit: MemberEdit): string {
  return `${JSON.stringify(edit.names[0])}:${valueText(edit)}`;
}

function valueText(edit: MemberEdit): string {
  return "inner" in edit ? `{${memberOf(edit.inner)}}` : edit.value;
}

function isNull(bytes: Buffer, member: Member): boolean {
  return bytes.toString("latin1", member.valueStart, member.valueEnd) === "null";
}

function spliced(bytes: Buffer, splices: readonly Splice[]): Buffer {
  const ordered = [...splices].sort((a, b) => a.start - b.start);
  const parts: Buffer[] = [];
  let from = 0;
  let afterInsertion = false;
  for (const { start, end, text } of ordered) {
    // Two insertions at one place into an empty object need the comma that neither of them brings.
    const glue =
      afterInsertion && start === from && start === end && !text.endsWith(",") ? "," : "";
    parts.push(bytes.subarray(from, start), Buffer.from(glue + text));
    afterInsertion = start === end && !text.endsWith(",");
    from = end;
  }
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

/** The object that begins at or after `from`. Its members' values are stepped over, not looked into. */
function scanObject(bytes: Buffer, from: number): ScannedObject {
  const members: Member[] = [];
  const open = skipSpace(bytes, from);
  expect(bytes, open, OPEN_BRACE);
  let at = skipSpace(bytes, open + 1);
  while (bytes[at] !== CLOSE_BRACE) {
    expect(bytes, at, QUOTE);
    const keyEnd = stringEnd(bytes, at);
    const colon = skipSpace(bytes, keyEnd);
    expect(bytes, colon, COLON);
    const valueStart = skipSpace(bytes, colon + 1);
    const valueEnd = endOfValue(bytes, valueStart);
    members.push({ key: keyText(bytes, at, keyEnd), valueStart, valueEnd });
    at = skipSpace(bytes, valueEnd);
    if (bytes[at] === COMMA) at = skipSpace(bytes, at + 1);
    else expect(bytes, at, CLOSE_BRACE);
  }
  return { inside: open + 1, members };
}

function keyText(bytes: Buffer, start: number, end: number): string {
  try {
    return String(JSON.parse(bytes.toString("utf8", start, end)));
  } catch {
    throw notAnObject(start);
  }
}

function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfNested(bytes, start);
  let at = start;
  while (at < bytes.length && !endsWord(bytes[at] ?? 0)) at += 1;
  if (at === start) throw notAnObject(start);
  return at;
}

function endsWord(byte: number): boolean {
  return byte <= SPACE || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
}

function endOfNested(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = stringEnd(bytes, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  throw notAnObject(bytes.length);
}

/** Just after the closing quote of the string that opens at `start`. */
function stringEnd(bytes: Buffer, start: number): number {
  let quote = bytes.indexOf(QUOTE, start + 1);
  while (quote >= 0) {
    let backslashes = 0;
    while (bytes[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    quote = bytes.indexOf(QUOTE, quote + 1);
  }
  throw notAnObject(bytes.length);
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] ?? 0) <= SPACE) at += 1;
  return at;
}

/** A UTF-8 byte order mark, which parsers leave out too. */
function skipMark(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

function expect(bytes: Buffer, at: number, byte: number): void {
  if (bytes[at] !== byte) throw notAnObject(at);
}

function notAnObject(at: number): AppError {
  return new AppError("invalid_request", `The body is no JSON object (at byte ${at}).`, {
    field: "body",
    reason: "not a JSON object",
  });
}
