/** A key as the API shows it; never its text. */
import type { Key } from "../access/keys.ts";
import { formatInstant, type Instant } from "../core/instant.ts";
import { countsAs } from "../core/key-family.ts";
import { writeLimit } from "../core/limits/read-limit.ts";

/** As its own customer sees it. */
export function shownOwnKey(key: Key) {
  return {
    id: key.id,
    counts_as: countsAs(key.id),
    name: key.name,
    prefix: key.prefix,
    created_at: formatInstant(key.createdAt),
    last_used_at: timeOrNull(key.lastUsedAt),
    expires_at: timeOrNull(key.expiresAt),
    revoked_at: timeOrNull(key.revokedAt),
    limits: key.limits.map(writeLimit),
  };
}

function timeOrNull(at: Instant | null): string | null {
  return at === null ? null : formatInstant(at);
}
