/** Live keys that nobody has called with for a month. */
import { countOf, listWords } from "../amount-words.ts";
import { DAY_MS, formatInstant, type Instant } from "../instant.ts";
import type { Recommendation } from "./recommendation.ts";

export interface LiveKey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
}

const UNUSED_DAYS = 30;
const NAMED_MOST = 5;

/** One recommendation for all of them; null: there is none. */
export function unusedKeys(keys: readonly LiveKey[], now: Instant): Recommendation | null {
  const unused = keys.filter(
    ({ createdAt, lastUsedAt }) => (lastUsedAt ?? createdAt) < now - UNUSED_DAYS * DAY_MS,
  );
  if (unused.length === 0) return null;
  const names = unused.slice(0, NAMED_MOST).map(({ name }) => `“${name}”`);
  const more = unused.length - names.length;
  const listed = listWords(more === 0 ? names : [...names, `${more} more`]);
  const [they, them] = unused.length === 1 ? (["It", "it"] as const) : (["They", "them"] as const);
  return {
    kind: "unused_key",
    title: `${countOf(unused.length, "key")} without a call for ${UNUSED_DAYS} days`,
    message: `No call was made with ${listed} in the last ${UNUSED_DAYS} days. ${they} can still spend your allowance: revoke ${them} if nobody needs ${them}.`,
    keys: unused.map(({ id, name, lastUsedAt }) => ({
      id,
      name,
      last_used_at: lastUsedAt === null ? null : formatInstant(lastUsedAt),
    })),
  };
}
