/** Until when months are closed: their events may have left, and their balances stand for them. */
import { type Instant, instant } from "../../core/instant.ts";
import type { Statement, Store } from "../../store/store.ts";

const NAME = "events_closed_before";

/** The end of the last month that was closed; null where none was. */
export async function closedBefore({ db }: Store): Promise<Instant | null> {
  const row = await db
    .selectFrom("meta")
    .select("value")
    .where("name", "=", NAME)
    .executeTakeFirst();
  return row === undefined ? null : instant(Number(row.value));
}

/** Belongs in the transaction that writes the balances and takes the events away: an audit that runs sees by it. */
export function setClosedBefore({ db }: Store, at: Instant): Statement {
  const value = String(at);
  return db
    .insertInto("meta")
    .values({ name: NAME, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }));
}
