/** Reads, of each receiver that something waits for, what is to go first. */
import { type Selectable, sql } from "kysely";
import type { Schema } from "../../store/schema.ts";
import type { Store } from "../../store/store.ts";

export type Delivery = Selectable<Schema["deliveries"]>;

export interface Head {
  readonly receiver: string;
  /** Ledger time, in milliseconds. */
  readonly dueAt: number;
  /** All mail goes through one server. */
  readonly isMail: boolean;
}

/** Receivers of one look; what waits for the others is looked at once these are done. */
const RECEIVERS_MOST = 20_000;

/** In the order they were written. From receiver to receiver by the index, so it costs the same however much waits for each. */
export async function readHeads({ db }: Store): Promise<readonly Head[]> {
  const { rows } = await sql<{
    receiver: string;
    due_at: bigint;
    kind: string | null;
  }>`
    with recursive waiting(receiver) as (
      select receiver from (
        select receiver from deliveries where state = 'pending' order by receiver limit 1) first
      union all
      select (
          select d.receiver from deliveries d where d.state = 'pending' and d.receiver > w.receiver
            order by d.receiver limit 1)
        from waiting w where w.receiver is not null)
    select head.receiver, head.due_at, c.kind
      from (select * from waiting where receiver is not null limit ${sql.lit(RECEIVERS_MOST)}) w
      join deliveries head on head.id = (
        select d.id from deliveries d where d.state = 'pending' and d.receiver = w.receiver
          order by d.id limit 1)
      left join channels c on c.id = head.channel_id
      order by head.id`.execute(db);
  return rows.map(({ receiver, due_at, kind }) => ({
    receiver,
    dueAt: Number(due_at),
    isMail: kind === "email" || receiver.startsWith("customer:"),
  }));
}

/** What is to go first to that receiver; null: nothing waits. */
export async function readHead({ db }: Store, receiver: string): Promise<Delivery | null> {
  const row = await db
    .selectFrom("deliveries")
    .selectAll()
    // Written out: an index of a part is not used for a value that comes later.
    .where("state", "=", sql.lit("pending"))
    .where("receiver", "=", receiver)
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
