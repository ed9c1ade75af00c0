/** The one name that each provider goes by. */

/** Exa was called Metaphor, and clients of the system this one replaces still say so. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([["metaphor", "exa"]]);

/** One name for each provider: lower case, without surrounding space, the present name for an old one. */
export function normalizeProvider(name: string): string {
  const lower = name.trim().toLowerCase();
  return OTHER_NAMES.get(lower) ?? lower;
}
