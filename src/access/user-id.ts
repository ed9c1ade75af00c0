/** Reads the operator's own id of a customer, wherever it comes from. */
import { isUtf8 } from "node:buffer";
import { invalidField } from "../core/errors.ts";
import type { UserId } from "../core/ids.ts";

const USER_ID_CHARS_MAX = 200;
const CONTROL = /\p{Cc}/u;

/** Refuses (`invalid_request`, naming `field`) what is empty, too long or holds control characters. */
export function readUserId(text: string, field: string): UserId {
  if (
    text === "" ||
    text.length > USER_ID_CHARS_MAX ||
    CONTROL.test(text) ||
    text.trim() !== text
  ) {
    throw invalidField(
      field,
      `must be 1 to ${USER_ID_CHARS_MAX} characters, without control characters or spaces around them.`,
    );
  }
  return text as UserId;
}

/** The same from a header: Node reads headers byte by byte, so UTF-8 comes as one character a byte. */
export function readUserIdHeader(text: string, field: string): UserId {
  const bytes = Buffer.from(text, "latin1");
  // Bytes that are not UTF-8 are Latin-1, as they read; text beyond Latin-1 was never a header.
  const isBytes = bytes.toString("latin1") === text;
  return readUserId(isBytes && isUtf8(bytes) ? bytes.toString("utf8") : text, field);
}
