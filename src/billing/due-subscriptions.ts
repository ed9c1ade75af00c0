/** Whose subscriptions the clock owes something, what is due longest first. */
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Store } from "../store/store.ts";

/** Where a portion ended; the next one goes on behind it. */
export interface DuePlace {
  readonly dueAt: bigint;
  readonly id: bigint;
}

export interface DueSubscription extends DuePlace {
  readonly customerId: CustomerId;
}

export async function readDueSubscriptions(
  { db }: Store,
  of: { readonly now: Instant; readonly after: DuePlace | null; readonly most: number },
): Promise<readonly DueSubscription[]> {
  let query = db
    .selectFrom("subscriptions")
    .select(["id", "customer_id", "due_at"])
    .where("ended_at", "is", null)
    .where("due_at", "is not", null)
    .where("due_at", "<=", BigInt(of.now))
    .orderBy("due_at")
    .orderBy("id")
    .limit(of.most);
  const { after } = of;
  if (after !== null) {
    query = query.where(({ or, and, eb }) =>
      or([
        eb("due_at", ">", after.dueAt),
        and([eb("due_at", "=", after.dueAt), eb("id", ">", after.id)]),
      ]),
    );
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    dueAt: row.due_at ?? 0n,
    customerId: row.customer_id as CustomerId,
  }));
}
