/** Makes a message due now that waits, was given up or was dropped. */
import type { Instant } from "../../core/instant.ts";
import type { Store } from "../../store/store.ts";

export type Retried = "queued" | "not found" | "already sent";

/** One that was given up has all its attempts anew, or it would be given up after the next. */
export async function retryDelivery(store: Store, id: number, at: Instant): Promise<Retried> {
  const { db } = store;
  const [queued] = await store.write([
    db
      .updateTable("deliveries")
      .set(({ eb, lit, ref }) => ({
        attempts: eb.case().when("state", "=", "pending").then(ref("attempts")).else(lit(0)).end(),
        state: "pending" as const,
        due_at: at,
        ended_at: null,
      }))
      .where("id", "=", BigInt(id))
      .where("state", "!=", "sent")
      .returning("id"),
  ]);
  if ((queued?.length ?? 0) > 0) return "queued";
  const found = await db
    .selectFrom("deliveries")
    .select("id")
    .where("id", "=", BigInt(id))
    .executeTakeFirst();
  return found === undefined ? "not found" : "already sent";
}
