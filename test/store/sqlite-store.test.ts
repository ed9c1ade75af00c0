/** What only the embedded store has: its threads, its file and its log. What holds on both databases is in store.test.ts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LATEST_VERSION, migrate, schemaState } from "../../src/store/sqlite/migrate.ts";
import { type OpenedStore, openSqliteStore } from "../../src/store/sqlite/open.ts";
import { temporaryFolder } from "../ledger/test-database.ts";

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
