/** Finds the earliest event, customer by customer: no index has the time alone. */
import { sql } from "kysely";
import { type Instant, instant } from "../../core/instant.ts";
import type { Store } from "../../store/store.ts";

/** Two steps by index for each: some milliseconds of the reader's time. */
const CUSTOMERS_AT_ONCE = 2_000;

/** null: there is no event. */
export async function firstEventAt({ db }: Store): Promise<Instant | null> {
  let first: bigint | null = null;
  for (let after: string | null = ""; after !== null; ) {
    const { rows } = await sql<{ id: string; at: bigint }>`
      with recursive customer (id, number) as (
        select min(customer_id), 1 from events where customer_id > ${after}
        union all
        select (select min(customer_id) from events where customer_id > customer.id), number + 1
          from customer where id is not null and number < ${CUSTOMERS_AT_ONCE})
      select id, (select min(at) from events where customer_id = customer.id) as at
        from customer where id is not null order by number`.execute(db);
    for (const { at } of rows) if (first === null || at < first) first = at;
    after = rows.length < CUSTOMERS_AT_ONCE ? null : (rows.at(-1)?.id ?? null);
  }
  return first === null ? null : instant(Number(first));
}
