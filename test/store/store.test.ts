/** The store on either database: whole transactions in, bounded selects out, the log never rewritten. */
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Schema } from "../../src/store/schema.ts";
import { type Statement, type Store, UniqueViolation } from "../../src/store/store.ts";
import {
  addCustomer,
  addPlan,
  newId,
  openTestLedger,
  plan as planOf,
  recordOf,
} from "../ledger/support.ts";
import {
  type EmptyDatabase,
  emptyDatabase,
  IS_POSTGRES,
  openStoreAt,
} from "../ledger/test-database.ts";

let empty: EmptyDatabase;
let store: Store;
let db: Kysely<Schema>;
beforeAll(async () => {
  empty = await emptyDatabase();
  store = await openStoreAt(empty.address);
  db = store.db;
});
beforeEach(async () => {
  await store.write([db.deleteFrom("meta"), db.deleteFrom("counters")]);
});
afterAll(async () => {
  await store.close();
  await empty.remove();
});

const meta = (name: string, value: string) => db.insertInto("meta").values({ name, value });

test("a write is all or nothing, and says that a unique index refused", async () => {
  await store.write([meta("a", "1")]);
  await expect(store.write([meta("b", "2"), meta("a", "3")])).rejects.toBeInstanceOf(
    UniqueViolation,
  );
  expect(await db.selectFrom("meta").selectAll().execute()).toEqual([{ name: "a", value: "1" }]);
});

test("integers come back exact beyond 2^53, and returned rows come with their statement", async () => {
  const big = 9_007_199_254_740_993n;
  const rows = await store.write([
    meta("x", "1"),
    db
      .insertInto("nodes")
      .values({ node_id: "n", boot_id: "b", heartbeat_at: big })
      .returning("heartbeat_at"),
  ]);
  expect(rows).toEqual([[], [{ heartbeat_at: big }]]);
  expect(await db.selectFrom("nodes").select("heartbeat_at").executeTakeFirst()).toEqual({
    heartbeat_at: big,
  });
  const sums = await db
    .selectFrom("nodes")
    .select(({ fn }) => [fn.sum("heartbeat_at").as("sum"), fn.countAll().as("count")])
    .executeTakeFirst();
  expect(sums).toEqual({ sum: big, count: 1n });
});

test("bytes and texts of any kind come back as they were written", async () => {
  const sealed = Buffer.from([0, 255, 39, 92, 0]);
  const value = `it's a "back\\slash", 日本語 and 🙂, {curly}, $1, ?`;
  await store.write([db.insertInto("secrets").values({ name: "s", sealed }), meta("text", value)]);
  const read = await db.selectFrom("secrets").select("sealed").executeTakeFirstOrThrow();
  expect(Buffer.from(read.sealed)).toEqual(sealed);
  expect(await db.selectFrom("meta").select("value").executeTakeFirst()).toEqual({ value });
});

test("what was written can be read the moment its write resolves", async () => {
  const writes = Array.from({ length: 50 }, async (_, n) => {
    await store.write([meta(`n${n}`, `${n}`)]);
    const row = await db
      .selectFrom("meta")
      .select("value")
      .where("name", "=", `n${n}`)
      .executeTakeFirst();
    return row?.value;
  });
  expect(await Promise.all(writes)).toEqual(Array.from({ length: 50 }, (_, n) => `${n}`));
});

test("the reading side refuses to write, also when asked in raw SQL", async () => {
  await expect(meta("a", "1").execute()).rejects.toThrow("Only selects");
  await expect(db.updateTable("meta").set({ value: "2" }).execute()).rejects.toThrow(
    "Only selects",
  );
  await expect(sql`delete from meta`.execute(db)).rejects.toThrow(/read-?only/);
  await expect(db.transaction().execute(() => Promise.resolve())).rejects.toThrow("store.write");
});

test("a select that takes too long is given up, and the next one is answered", async () => {
  const endless = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 600000000) select count(*) as c from n`;
  await expect(endless.execute(db)).rejects.toMatchObject({ code: "enforcement_unavailable" });
  expect(await db.selectFrom("meta").selectAll().execute()).toEqual([]);
});

test("more rows than a page could want are refused", async () => {
  const many = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000) select i from n`;
  await expect(many.execute(db)).rejects.toThrow("more than 50000 rows");
});

test("a customer has one open subscription at most, and a counter never holds less than nothing", async () => {
  const [[plan]] = (await store.write([
    db.insertInto("plans").values({ slug: "p", hidden: 0, created_at: 1 }).returning("id"),
  ])) as [[{ id: bigint }]];
  const [[version]] = (await store.write([
    db
      .insertInto("plan_versions")
      .values({ plan_id: plan.id, version: 1, definition: "{}", created_at: 1 })
      .returning("id"),
  ])) as [[{ id: bigint }]];
  const customer = await addCustomer(store, { planVersionId: Number(version.id) });
  const open = db.insertInto("subscriptions").values({
    customer_id: customer,
    plan_version_id: version.id,
    billing_cycle: "monthly",
    status: "active",
    current_period_start: 1,
    current_period_end: 2,
    billing_anchor: 1,
    created_at: 1,
  });
  await expect(store.write([open])).rejects.toBeInstanceOf(UniqueViolation);
  const counter = {
    subject: "c",
    window_start: 1,
    per: "day",
    meter: "calls",
    provider: "*",
    model: "*",
    operation: "*",
    window_end: 2,
    used: 0,
    held: -1,
  };
  await expect(store.write([db.insertInto("counters").values(counter)])).rejects.toThrow(/check/i);
});

test("events and corrections cannot be changed or deleted by anybody", async () => {
  const opened = await openTestLedger();
  try {
    const log = opened.store.db;
    const customer = await addCustomer(opened.store, {
      planVersionId: await anyPlan(opened.store),
    });
    const { event } = await opened.ledger.record(recordOf(customer));
    await opened.ledger.correct({
      kind: "correct",
      eventId: event.id,
      reason: "refund",
      sourceId: newId(),
      usageDelta: {},
      costDelta: -1n,
    });
    const before = await rowsOf(log);
    const refused: Statement[] = [
      log.updateTable("events").set({ cost: 2 }),
      log.deleteFrom("events"),
      log.updateTable("corrections").set({ cost_delta: 2 }),
      log.deleteFrom("corrections"),
      ...(IS_POSTGRES ? onlyOnPostgres(log) : onlyOnSqlite(log, before)),
    ];
    for (const statement of refused) {
      await expect(opened.store.write([statement])).rejects.toThrow("append-only");
    }
    expect(await rowsOf(log)).toEqual(before);
    expect(before.events.length + before.corrections.length).toBe(2);
  } finally {
    await opened.remove();
  }
});

type Log = Kysely<Schema>;

async function rowsOf(log: Log) {
  const events = await log.selectFrom("events").selectAll().execute();
  return { events, corrections: await log.selectFrom("corrections").selectAll().execute() };
}

function onlyOnSqlite(log: Log, { events, corrections }: Awaited<ReturnType<typeof rowsOf>>) {
  return [
    log.replaceInto("events").values(events),
    log.replaceInto("corrections").values(corrections),
  ];
}

/** A month's events are a table of their own, which somebody could name. */
function onlyOnPostgres(log: Log): Statement[] {
  const raw = (text: string): Statement => ({ compile: () => sql.raw(text).compile(log) });
  return [
    raw("update events_2026_04 set cost = 2"),
    raw("delete from events_2026_04"),
    raw("truncate events"),
    raw("truncate events_2026_04"),
    raw("truncate corrections"),
  ];
}

async function anyPlan(of: Store): Promise<number> {
  return addPlan(of, planOf("any", []));
}
