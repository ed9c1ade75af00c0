/** Removes what was told long ago: deliveries that ended, and rows of the outbox that nothing refers to any more. */
import { DAY_MS, type Instant } from "../../core/instant.ts";
import type { Store } from "../../store/store.ts";

const KEPT_DAYS = 90;
/** Of one transaction, so that calls need not wait. */
const ROWS_AT_ONCE = 500;

/** What was given up stays until it is sent. Can be broken off, and run twice at once. */
export async function retireTold(
  of: { readonly store: Store; readonly now: Instant },
  isStopped: () => boolean = () => false,
): Promise<void> {
  const before = BigInt(of.now) - BigInt(KEPT_DAYS * DAY_MS);
  for (const state of ["sent", "dropped"] as const) {
    await retireDeliveries(of.store, { state, before }, isStopped);
  }
  await retireRows(of.store, before, isStopped);
}

/** The oldest first. One that ended late keeps those behind it no longer than itself. */
async function retireDeliveries(
  { db, write }: Store,
  { state, before }: { readonly state: "sent" | "dropped"; readonly before: bigint },
  isStopped: () => boolean,
): Promise<void> {
  let after = 0n;
  while (!isStopped()) {
    const rows = await db
      .selectFrom("deliveries")
      .select(["id", "created_at", "ended_at"])
      .where("state", "=", state)
      .where("id", ">", after)
      .orderBy("id")
      .limit(ROWS_AT_ONCE)
      .execute();
    const over = rows.filter(({ ended_at: endedAt }) => endedAt !== null && endedAt < before);
    if (over.length > 0) {
      const ids = over.map(({ id }) => id);
      await write([db.deleteFrom("deliveries").where("id", "in", ids).where("state", "=", state)]);
    }
    const last = rows.at(-1);
    // Numbers rise with time: what was written since is not over either.
    if (last === undefined || last.created_at >= before) return;
    after = last.id;
  }
}

async function retireRows(
  { db, write }: Store,
  before: bigint,
  isStopped: () => boolean,
): Promise<void> {
  let after = 0n;
  while (!isStopped()) {
    const rows = await db
      .selectFrom("outbox")
      .select(["id", "created_at"])
      .where("id", ">", after)
      .orderBy("id")
      .limit(ROWS_AT_ONCE)
      .execute();
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) {
      await write([
        db
          .deleteFrom("outbox")
          .where("id", "in", ids)
          .where("sent_at", "<", before)
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom("deliveries")
                  .select("deliveries.id")
                  .whereRef("deliveries.outbox_id", "=", "outbox.id"),
              ),
            ),
          ),
      ]);
    }
    const last = rows.at(-1);
    if (last === undefined || last.created_at >= before) return;
    after = last.id;
  }
}
