/** The outbox as it is shown: each message to each receiver, newest first, and how many there are of each state. */
import type { Selectable } from "kysely";
import type { CustomerId } from "../../core/ids.ts";
import type { Schema } from "../../store/schema.ts";
import type { Store } from "../../store/store.ts";

export type Delivery = Selectable<Schema["deliveries"]>;
type State = Delivery["state"];

export interface DeliveriesWanted {
  readonly state?: State | undefined;
  readonly channelId?: number | undefined;
  readonly customerId?: CustomerId | undefined;
  /** Only those with a lower id: where the page before ended. */
  readonly before?: bigint | undefined;
  readonly most: number;
}

export async function listDeliveries(
  { db }: Store,
  { state, channelId, customerId, before, most }: DeliveriesWanted,
): Promise<Delivery[]> {
  let query = db.selectFrom("deliveries").selectAll().orderBy("id", "desc").limit(most);
  if (state !== undefined) query = query.where("state", "=", state);
  if (channelId !== undefined) query = query.where("channel_id", "=", BigInt(channelId));
  if (customerId !== undefined) query = query.where("customer_id", "=", customerId);
  if (before !== undefined) query = query.where("id", "<", before);
  return query.execute();
}

export async function countDeliveries({ db }: Store): Promise<Record<State, number>> {
  const rows = await db
    .selectFrom("deliveries")
    .select(["state", ({ fn }) => fn.countAll<bigint>().as("count")])
    .groupBy("state")
    .execute();
  const of = (state: State): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { pending: of("pending"), sent: of("sent"), dead: of("dead"), dropped: of("dropped") };
}
