/** Parses a request's body as JSON, once. */
import { invalidField } from "../core/errors.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Throws `invalid_request` where the bytes are not JSON in UTF-8. */
export function parseBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    throw invalidField("body", "must be JSON in UTF-8.");
  }
}
