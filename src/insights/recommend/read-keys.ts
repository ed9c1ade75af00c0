/** A customer's live keys, and when each was last called with. */
import type { CustomerId } from "../../core/ids.ts";
import { type Instant, instant } from "../../core/instant.ts";
import type { LiveKey } from "../../core/recommendations/unused-keys.ts";
import type { Store } from "../../store/store.ts";

const KEYS_MOST = 1_000;

/** Neither revoked nor expired. */
export async function readLiveKeys(
  { db }: Store,
  customerId: CustomerId,
  now: Instant,
): Promise<LiveKey[]> {
  const rows = await db
    .selectFrom("keys")
    .select(["id", "name", "created_at", "last_used_at"])
    .where("customer_id", "=", customerId)
    .where("revoked_at", "is", null)
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", BigInt(now))]))
    .orderBy("created_at")
    .orderBy("id")
    .limit(KEYS_MOST)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: instant(Number(row.created_at)),
    lastUsedAt: row.last_used_at === null ? null : instant(Number(row.last_used_at)),
  }));
}
