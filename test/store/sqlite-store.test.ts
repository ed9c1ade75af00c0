/** The embedded store: whole transactions in, bounded selects out, the log never rewritten. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LATEST_VERSION, migrate, schemaState } from "../../src/store/sqlite/migrate.ts";
import { type OpenedStore, openSqliteStore } from "../../src/store/sqlite/open.ts";
import { UniqueViolation } from "../../src/store/store.ts";
import { temporaryFolder } from "../ledger/support.ts";

const folder = temporaryFolder();
let file: string;
let opened: OpenedStore;
let number = 0;
beforeEach(async () => {
  number += 1;
  file = join(folder.path, `${number}`, "purser.db");
  opened = await openSqliteStore({ file });
});
afterEach(() => opened.store.close());

const meta = (name: string, value: string) =>
  opened.store.db.insertInto("meta").values({ name, value });

test("a write is all or nothing, and says which unique index refused", async () => {
  const { store } = opened;
  await store.write([meta("a", "1")]);
  await expect(store.write([meta("b", "2"), meta("a", "3")])).rejects.toBeInstanceOf(
    UniqueViolation,
  );
  expect(await store.db.selectFrom("meta").selectAll().execute()).toEqual([
    { name: "a", value: "1" },
  ]);
});

test("integers come back exact beyond 2^53, and returned rows come with their statement", async () => {
  const { store } = opened;
  const big = 9_007_199_254_740_993n;
  const rows = await store.write([
    meta("x", "1"),
    store.db
      .insertInto("nodes")
      .values({ node_id: "n", boot_id: "b", heartbeat_at: big })
      .returning("heartbeat_at"),
  ]);
  expect(rows).toEqual([[], [{ heartbeat_at: big }]]);
  expect(await store.db.selectFrom("nodes").select("heartbeat_at").executeTakeFirst()).toEqual({
    heartbeat_at: big,
  });
});

test("the reading side refuses to write, also when asked in raw SQL", async () => {
  const { db } = opened.store;
  await expect(meta("a", "1").execute()).rejects.toThrow("Only selects");
  await expect(db.updateTable("meta").set({ value: "2" }).execute()).rejects.toThrow(
    "Only selects",
  );
  await expect(sql`delete from meta`.execute(db)).rejects.toThrow(/readonly/);
  await expect(db.transaction().execute(() => Promise.resolve())).rejects.toThrow("store.write");
});

test("a select that takes too long is given up, and the next one is answered", async () => {
  const { db } = opened.store;
  const endless = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000000) select count(*) as c from n`;
  await expect(endless.execute(db)).rejects.toMatchObject({ code: "enforcement_unavailable" });
  expect(await db.selectFrom("meta").selectAll().execute()).toEqual([]);
});

test("more rows than a page could want are refused", async () => {
  const many = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 60000) select i from n`;
  await expect(many.execute(opened.store.db)).rejects.toThrow("more than 50000 rows");
});

test("events and corrections cannot be changed, deleted or replaced by anybody", async () => {
  const { store } = opened;
  const event = {
    id: "e",
    customer_id: "c",
    at: 1,
    period_start: 1,
    provider: "p",
    model: "m",
    operation: "o",
    endpoint: "x",
    source: "event" as const,
    streamed: 0,
    status_code: 200,
    calls: 1,
    usage: "{}",
    cost: 1,
    lines: "[]",
    latency_ms: 1,
    retry_count: 0,
    estimated: 0,
    unconfirmed: 0,
    unpriced: 0,
    overrun: 0,
  };
  const correction = {
    event_id: "e",
    customer_id: "c",
    source_id: "s",
    reason: "r",
    usage_delta: "{}",
    cost_delta: 1,
    created_at: 1,
  };
  const { db } = store;
  await store.write([
    db.insertInto("events").values(event),
    db.insertInto("corrections").values(correction),
  ]);
  const refused = [
    db.updateTable("events").set({ cost: 2 }),
    db.deleteFrom("events"),
    db.replaceInto("events").values(event),
    db.updateTable("corrections").set({ cost_delta: 2 }),
    db.deleteFrom("corrections"),
    db.replaceInto("corrections").values(correction),
  ];
  for (const statement of refused) {
    await expect(store.write([statement])).rejects.toThrow("append-only");
  }
  expect(await db.selectFrom("events").select("cost").execute()).toEqual([{ cost: 1n }]);
});

test("a customer has one open subscription at most, and a counter never holds less than nothing", async () => {
  const { store } = opened;
  const { db } = store;
  const open = db.insertInto("subscriptions").values({
    customer_id: "c",
    plan_version_id: 1,
    billing_cycle: "monthly",
    status: "active",
    current_period_start: 1,
    current_period_end: 2,
    created_at: 1,
  });
  await store.write([
    db.insertInto("customers").values({
      id: "c",
      lookup: Buffer.from("c"),
      sealed_key: Buffer.of(),
      sealed: Buffer.of(),
      usage_anchor: 1,
      created_at: 1,
    }),
    db.insertInto("plans").values({ slug: "p", hidden: 0, created_at: 1 }),
    db
      .insertInto("plan_versions")
      .values({ plan_id: 1, version: 1, definition: "{}", created_at: 1 }),
    open,
  ]);
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
  await expect(store.write([db.insertInto("counters").values(counter)])).rejects.toThrow("CHECK");
});

test("once the writer is dead every write rejects, and the owner is told", async () => {
  const faults: Error[] = [];
  const other = await openSqliteStore({
    file: join(folder.path, "dying", "purser.db"),
    onFault: (fault) => faults.push(fault),
    writer: new URL("./dying-writer.ts", import.meta.url),
  });
  const statement = other.store.db.insertInto("meta").values({ name: "a", value: "1" });
  const both = await Promise.allSettled([
    other.store.write([statement]),
    other.store.write([statement]),
  ]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await expect(other.store.write([statement])).rejects.toMatchObject({
    code: "enforcement_unavailable",
  });
  expect(faults.length).toBe(1);
  await other.store.close();
});

test("the log is moved into the database and cut when the store closes", async () => {
  await opened.store.write([meta("a", "1")]);
  await opened.store.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
  opened = await openSqliteStore({ file });
  expect((await opened.store.db.selectFrom("meta").selectAll().execute()).length).toBe(1);
});

test("migrations run once, and a database of a newer program is refused untouched", async () => {
  await opened.store.close();
  const db = new DatabaseSync(file);
  expect(schemaState(db)).toEqual({ kind: "current", version: LATEST_VERSION });
  expect(migrate(db, 1)).toEqual([]);
  db.prepare("insert into migrations values (?, 'later', 1)").run(LATEST_VERSION + 1);
  expect(schemaState(db).kind).toBe("newer");
  db.close();
  await expect(openSqliteStore({ file })).rejects.toMatchObject({
    message: expect.stringContaining("newer Purser"),
  });
  const fresh = new DatabaseSync(":memory:");
  expect(schemaState(fresh)).toMatchObject({ kind: "behind", version: 0 });
  expect(migrate(fresh, 1).length).toBe(LATEST_VERSION);
  expect(schemaState(fresh).kind).toBe("current");
  opened = await openSqliteStore({ file: join(folder.path, "last", "purser.db") });
});
