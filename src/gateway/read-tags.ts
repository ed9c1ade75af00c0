/** Reads what a caller files a call under: `x-purser-tags: team=red,feature=chat`. */
import { invalidField } from "../core/errors.ts";

export const TAGS_HEADER = "x-purser-tags";

/** As for events that are told over the API. */
const TAGS_MOST = 20;
const NAME_MOST = 64;
const VALUE_MOST = 256;
const MEND = "must be such as team=red,feature=chat, with other signs percent-encoded (%2C).";

/** null: there are none. Throws `invalid_request` with the header's name. */
export function readTags(
  header: string | readonly string[] | undefined,
): Readonly<Record<string, string>> | null {
  if (header === undefined) return null;
  const text = typeof header === "string" ? header : header.join(",");
  const entries = text.split(",").filter((entry) => entry.trim() !== "");
  if (entries.length === 0) return null;
  if (entries.length > TAGS_MOST) throw invalid(`must be at most ${TAGS_MOST} tags.`);
  const tags = new Map<string, string>();
  for (const entry of entries) {
    const [name, value] = readTag(entry);
    if (tags.has(name)) throw invalid(`names ${name} twice.`);
    tags.set(name, value);
  }
  return Object.fromEntries(tags);
}

function readTag(entry: string): readonly [name: string, value: string] {
  const at = entry.indexOf("=");
  if (at < 0) throw invalid(MEND);
  const [name, value] = [decoded(entry.slice(0, at)), decoded(entry.slice(at + 1))];
  if (name === "" || name.length > NAME_MOST) {
    throw invalid(`must have names of 1 to ${NAME_MOST} characters.`);
  }
  if (value.length > VALUE_MOST) {
    throw invalid(`must have values of at most ${VALUE_MOST} characters.`);
  }
  return [name, value];
}

/** Spaces around it are not part of it. Node reads a header's bytes as Latin-1, so what is beyond ASCII would be spoilt. */
function decoded(part: string): string {
  const text = part.trim();
  if (!ASCII.test(text)) throw invalid(MEND);
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(MEND);
  }
}

const ASCII = /^[\x20-\x7e]*$/;

function invalid(reason: string): Error {
  return invalidField(TAGS_HEADER, reason);
}
