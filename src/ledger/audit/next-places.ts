/** Finds what there is to look at, one step at a time by index: the next customer, and the next month of one. */
import { sql } from "kysely";
import type { CustomerId } from "../../core/ids.ts";
import { type Instant, instant } from "../../core/instant.ts";
import type { Store } from "../../store/store.ts";
import type { RollupTableName } from "../derived-sum.ts";
import { DEPLOYMENT } from "../rules/subjects.ts";
import { monthOf, type Span } from "./span.ts";

/** The next customer, by id, of whom there are events, roll-ups, balances or counters; null behind the last. */
export async function nextCustomer({ db }: Store, after: string): Promise<CustomerId | null> {
  const logged = (table: "events" | RollupTableName | "closing_balances") =>
    db
      .selectFrom(table)
      .select(({ fn }) => fn.min("customer_id").as("id"))
      .where("customer_id", ">", after);
  const counted = db
    .selectFrom("counters")
    .select(({ fn }) => fn.min("subject").as("id"))
    .where("subject", ">", after)
    .where("subject", "<>", DEPLOYMENT)
    .where("subject", "not like", "key:%");
  const row = await db
    .selectFrom(
      logged("events")
        .unionAll(logged("rollups_hour"))
        .unionAll(logged("rollups_day"))
        .unionAll(logged("rollups_period"))
        .unionAll(logged("closing_balances"))
        .unionAll(counted)
        .as("next"),
    )
    .select(sql<string | null>`min(id)`.as("id"))
    .executeTakeFirst();
  return (row?.id ?? null) as CustomerId | null;
}

/** The next month, from an instant on, in which the customer has something that is kept by hour or day. */
export async function nextMonth(
  { db }: Store,
  of: { customerId: CustomerId; subjects: readonly string[]; from: Instant },
): Promise<Span | null> {
  const from = BigInt(of.from);
  const kept = (table: "rollups_hour" | "rollups_day" | "closing_balances") =>
    db
      .selectFrom(table)
      .select(({ fn }) => fn.min("starts_at").as("at"))
      .where("customer_id", "=", of.customerId)
      .where("starts_at", ">=", from);
  const events = db
    .selectFrom("events")
    .select(({ fn }) => fn.min("at").as("at"))
    .where("customer_id", "=", of.customerId)
    .where("at", ">=", from);
  const counted = db
    .selectFrom("counters")
    .select(({ fn }) => fn.min("window_start").as("at"))
    .where("subject", "in", of.subjects)
    .where("per", "in", ["day", "hour", "minute"])
    .where("window_start", ">=", from);
  const row = await db
    .selectFrom(
      events
        .unionAll(kept("rollups_hour"))
        .unionAll(kept("rollups_day"))
        .unionAll(kept("closing_balances"))
        .unionAll(counted)
        .as("next"),
    )
    .select(sql<bigint | null>`min(at)`.as("at"))
    .executeTakeFirst();
  const at = row?.at ?? null;
  return at === null ? null : monthOf(instant(Number(at)));
}
