/** The work that providers answer later, as a queue: what is due is taken by one asker at a time. */
import type { Selectable } from "kysely";
import type { AwaitedWork } from "../call/later/settle-later.ts";
import type { CallId, CustomerId } from "../core/ids.ts";
import { type Instant, instant, MINUTE_MS } from "../core/instant.ts";
import type { Schema } from "../store/schema.ts";
import type { Store } from "../store/store.ts";

/** Asked at first after 2 s, then ever more rarely. */
const ASK_AGAIN_MS = 2_000;
const ASK_AGAIN_MOST_MS = 5 * MINUTE_MS;
const SLOWER = 1.5;

export interface AwaitedQueue {
  /** At most `most` that are due; each is put off, so that nobody else takes it meanwhile, whatever becomes of us. */
  take(most: number): Promise<readonly AwaitedWork[]>;
  /** The work that this object is asked for by; null: none, or none any more. */
  find(provider: string, objectId: string): Promise<AwaitedWork | null>;
  /** It is over: nobody asks again. */
  remove(callId: CallId): Promise<void>;
}

export function createAwaitedQueue(from: {
  store: Store;
  clock: { now(): Instant };
}): AwaitedQueue {
  const { store, clock } = from;
  return {
    async take(most) {
      const now = clock.now();
      const due = await store.db
        .selectFrom("awaited")
        .selectAll()
        .where("ask_at", "<=", BigInt(now))
        .orderBy("ask_at")
        .limit(most)
        .execute();
      if (due.length === 0) return [];
      const claimed = await store.write(
        due.map((row) =>
          store.db
            .updateTable("awaited")
            .set({ ask_at: now + againMs(Number(row.asks)), asks: row.asks + 1n })
            .where("call_id", "=", row.call_id)
            // Another asker has changed it.
            .where("asks", "=", row.asks)
            .returning("call_id"),
        ),
      );
      return due.filter((_row, index) => (claimed[index]?.length ?? 0) > 0).map(workOf);
    },
    async find(provider, objectId) {
      const row = await store.db
        .selectFrom("awaited")
        .selectAll()
        .where("provider", "=", provider)
        .where("object_id", "=", objectId)
        .executeTakeFirst();
      return row === undefined ? null : workOf(row);
    },
    async remove(callId) {
      await store.write([store.db.deleteFrom("awaited").where("call_id", "=", callId)]);
    },
  };
}

function workOf(row: Selectable<Schema["awaited"]>): AwaitedWork {
  return {
    callId: row.call_id as CallId,
    customerId: row.customer_id as CustomerId,
    provider: row.provider,
    objectId: row.object_id,
    asked: row.asked,
    createdAt: instant(Number(row.created_at)),
  };
}

function againMs(asks: number): number {
  return Math.min(ASK_AGAIN_MOST_MS, Math.round(ASK_AGAIN_MS * SLOWER ** Math.min(asks, 30)));
}
