/** Everything of a SQLite installation is in PostgreSQL after a move, once, however often it was interrupted. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { CustomerId, KeyId } from "../../src/core/ids.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { openPostgresLedger } from "../../src/ledger/postgres/open.ts";
import { refuseUnfinishedMove } from "../../src/moving/marker.ts";
import { type Moved, type MoveProgress, move } from "../../src/moving/move.ts";
import { MOVED_TABLES, STAYING_TABLES } from "../../src/moving/tables.ts";
import { openVault } from "../../src/privacy/vault.ts";
import { connect, type Sql } from "../../src/store/postgres/connect.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { addKey, addPlan, NOW, plan, reserveOf, settleOf } from "../ledger/support.ts";
import { temporaryFolder } from "../ledger/test-database.ts";
import { newDatabase, whyNoPostgres } from "../postgres/shared-database.ts";
import { fillInstallation, SECRET } from "./installation.ts";

const BULK = 23_000;
const folder = temporaryFolder();
afterAll(folder.remove);
const file = join(folder.path, "data", "purser.db");

describe.skipIf(whyNoPostgres() !== null)("a move to PostgreSQL", () => {
  let url: string;
  let sql: Sql;
  beforeEach(async () => {
    const database = await newDatabase();
    url = database.url;
    sql = connect({ url, connections: 1, purpose: "test" });
    onTestFinished(async () => {
      await sql.end();
      await database.drop();
    });
  });

  const moveNow = (onProgress: (progress: MoveProgress) => void = () => undefined) =>
    move({ from: file, to: url, nowText: () => "2026-04-11T10:30:15.000Z", onProgress });

  /** Ends as a process would that is interrupted there: nothing more is written. */
  async function interrupted(when: (progress: MoveProgress) => boolean): Promise<void> {
    const stop = (progress: MoveProgress): void => {
      if (when(progress)) throw new Error("interrupted");
    };
    await expect(moveNow(stop)).rejects.toThrow("interrupted");
  }
  const amongEvents = (progress: MoveProgress): boolean =>
    progress.kind === "copying" && progress.table === "events" && progress.rows >= BULK / 2;

  test("copies every row of every table as it is, and leaves the SQLite file as it was", async () => {
    await fill(BULK);
    const before = readFileSync(file);
    const moved = await moveNow();
    expect(moved).toMatchObject({ kind: "moved", nulsReplaced: 3 });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
    await expectSameRows(sql);
    expect(rowsIn(moved)).toBe(sqliteTables().reduce((sum, { rows }) => sum + rows.length, 0));
    const months =
      await sql`select count(*)::int as many from pg_inherits where inhparent = 'events'::regclass`;
    expect(months[0]?.["many"]).toBeGreaterThan(3);
  });

  test("what was used stays used: limits, holds, sums and the next numbers go on where they were", async () => {
    await fill(0);
    await moveNow();
    const clock = { now: () => NOW };
    const opened = await openPostgresLedger({
      url,
      clock,
      nodeId: "n",
      bootId: "b",
      fixedClock: true,
    });
    try {
      const { store, ledger } = opened;
      await refuseUnfinishedMove(store);
      await openVault(store, SECRET);
      expect(await audit(store)).toEqual([]);
      const ask = async (customer: string, key: { keyId?: KeyId } = {}) => {
        const customerId = customer as CustomerId;
        const payer = { customerId, ...key };
        return (await ledger.reserve(reserveOf(customerId, { payer }))).kind;
      };
      expect(await ask("cyd")).toBe("denied");
      // Three used and one held of five: one more.
      expect([await ask("ada"), await ask("ada")]).toEqual(["granted", "denied"]);
      // Two used of three that the service key may, whoever calls with it.
      const [service] = await sql<{ keyId: KeyId }[]>`select id as "keyId" from keys`;
      expect([await ask("bob", service), await ask("bob", service)]).toEqual(["granted", "denied"]);
      const held = reserveOf("bob" as CustomerId);
      await ledger.reserve(held);
      await ledger.settle(settleOf(held.id));
      const events = await sql`select seq, id from events order by seq desc limit 2`;
      expect(events.map(({ id }) => id)[0]).toBe(held.id);
      expect(events[0]?.["seq"]).toBeGreaterThan(events[1]?.["seq"]);
      // SQLite had given number 2, though that row is gone.
      const [logged] =
        await sql`insert into audit_log (at, actor, action, subject, details) values (1, '', '', '', '') returning id`;
      expect(logged?.["id"]).toBe(3n);
      await addPlan(store, plan("new", []));
      await addKey(store, null, []);
      expect(await audit(store)).toEqual([]);
    } finally {
      await opened.stop();
    }
  });

  test("what every node counts together is no node's own", async () => {
    await fill(0);
    await moveNow();
    const rows = await sql<{ subject: string; node_id: string }[]>`
      select distinct split_part(subject, ':', 1) as subject, node_id from counters order by 1`;
    expect(rows.map((row) => [row.subject, row.node_id])).toEqual([
      ["ada", ""],
      ["bob", ""],
      ["cyd", ""],
      ["deployment", "moved"],
      ["key", "moved"],
    ]);
  });

  test("killed again and again it goes on where it was, and at last every row is there once", async () => {
    await fill(BULK);
    let kills = 0;
    // Each round may go a little further than the one before.
    for (; (await killedAfter(url, 2 + kills)) === "killed"; kills += 1) {
      expect(kills).toBeLessThan(30);
    }
    expect(kills).toBeGreaterThan(2);
    await expectSameRows(sql);
    expect(await moveNow()).toMatchObject({ kind: "moved_before" });
  });

  test("no server starts on a database into which the move is not finished", async () => {
    await fill(BULK);
    await interrupted(amongEvents);
    const store = await openPostgresStore({ url });
    await expect(refuseUnfinishedMove(store)).rejects.toThrow("not finished");
    expect(await moveNow()).toMatchObject({ kind: "moved" });
    await refuseUnfinishedMove(store);
    await store.close();
  });

  test("nothing moves while a month of events is leaving", async () => {
    await fill(0);
    const db = new DatabaseSync(file);
    db.exec("insert into detaching (id, from_at, to_at, seq) values (1, 0, 1, 1)");
    db.close();
    await expect(moveNow()).rejects.toThrow("A month of events is leaving this database.");
  });

  test("whatever differs is named, and the target is not said to be done", async () => {
    await fill(BULK);
    await interrupted(({ kind }) => kind === "comparing");
    await sql`update counters set used = used + 1 where subject = 'ada'`;
    await sql`delete from subscriptions where customer_id = 'cyd'`;
    await sql`update keys set name = 'other'`;
    await sql`delete from event_ids where event_id = 'bulk-7'`;
    const moved = await moveNow();
    const differences = moved.kind === "differs" ? moved.differences : [];
    const named = differences.map(({ table, what }) => `${table}: ${what}`);
    expect(named).toEqual(expect.arrayContaining(["counters: sum of used", "subscriptions: rows"]));
    expect(named).toEqual(expect.arrayContaining(["keys: bytes of text", "event_ids: rows"]));
    expect(new Set(differences.map(({ table }) => table)).size).toBe(4);
    const store = await openPostgresStore({ url });
    await expect(refuseUnfinishedMove(store)).rejects.toThrow("not finished");
    await store.close();
  });

  test("a database with anything else in it is refused and left alone", async () => {
    await fill(0);
    await sql`create table orders (id bigint)`;
    await expect(moveNow()).rejects.toThrow("something in `orders`");
    expect(await sql`select to_regclass('events')::text as ours`).toEqual([{ ours: null }]);
    await sql`drop table orders`;
    const store = await openPostgresStore({ url });
    await addPlan(store, plan("mine", []));
    await store.close();
    await expect(moveNow()).rejects.toThrow("something in `plans`");
  });

  test("a move that another installation began, or whose source was used since, does not go on", async () => {
    await fill(BULK);
    await interrupted(amongEvents);
    const db = new DatabaseSync(file);
    db.exec("update customers set usage_anchor = usage_anchor + 1");
    db.close();
    await expect(moveNow()).rejects.toThrow("was changed since this move began");
    await fill(0);
    await expect(moveNow()).rejects.toThrow("Another installation");
  });

  test("of two that move into one database at the same time, one ends with words, and no row is there twice", async () => {
    await fill(BULK);
    let second: Promise<PromiseSettledResult<Moved>[]> | undefined;
    const first = await Promise.allSettled([
      moveNow((progress) => {
        if (amongEvents(progress)) second ??= Promise.allSettled([moveNow()]);
      }),
    ]);
    const ends = [...first, ...((await second) ?? [])];
    const reasons = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
    expect(reasons.map(String)).toEqual([expect.stringMatching(/Another process moves/)]);
    expect(["moved", "moved_before"]).toContain((await moveNow()).kind);
    await expectSameRows(sql);
  });

  test("an address where no PostgreSQL answers, or lets nobody in, is said in words", async () => {
    await fill(0);
    const to = new URL(url);
    to.password = "not-it";
    const nowText = (): string => "";
    await expect(move({ from: file, to: to.href, nowText })).rejects.toThrow(
      /cannot be used.*password/,
    );
    to.port = "1";
    const refused = move({ from: file, to: to.href, nowText });
    await expect(refused).rejects.toThrow(/127.0.0.1:1.*Check the address/);
    await expect(refused).rejects.not.toThrow("not-it");
  });
});

async function fill(bulk: number): Promise<void> {
  rmSync(join(folder.path, "data"), { recursive: true, force: true });
  await fillInstallation(file, bulk);
}

function rowsIn(moved: Moved): number {
  return moved.kind === "moved" ? moved.rows : 0;
}

/** Lets a process move until it has said so many lines; the first of a later one says what was there already. */
async function killedAfter(url: string, lines: number): Promise<"killed" | "moved"> {
  const script = new URL("./moving.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, file, url], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  let said = "";
  for await (const text of child.stdout) {
    said += String(text);
    if (said.split("\n").length > lines) break;
  }
  child.kill("SIGKILL");
  await gone;
  return said.endsWith("moved\n") ? "moved" : "killed";
}

/** Every table of the file but those of its own processes and history. */
function sqliteTables(): { name: string; rows: Record<string, unknown>[] }[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const names = db
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'")
    .all()
    .map(({ name }) => String(name))
    .filter((name) => !STAYING_TABLES.includes(name));
  const tables = names.map((name) => {
    const select = db.prepare(`select * from ${name}`);
    select.setReadBigInts(true);
    return { name, rows: select.all() };
  });
  db.close();
  return tables;
}

const THERE_AS: Readonly<Record<string, string>> = {
  meta: "meta where name <> 'move'",
  event_ids_left: "event_ids where event_id not in (select id from events)",
};

/** Each row with each of its values, by no order and no sum; what PostgreSQL has in addition is not looked at. */
async function expectSameRows(sql: Sql): Promise<void> {
  const tables = sqliteTables();
  const names = tables.map(({ name }) => name);
  expect(new Set(names)).toEqual(new Set(MOVED_TABLES.map(({ name }) => name)));
  for (const { name, rows } of tables) {
    expect(rows.length, `${name} has something in it`).toBeGreaterThan(0);
    const columns = Object.keys(rows[0] ?? {}).filter(
      (column) => column !== "id" || name !== "counters",
    );
    const moved = await sql.unsafe(`select * from ${THERE_AS[name] ?? name}`);
    const shown = (all: readonly Record<string, unknown>[]): string[] =>
      all.map((row) => JSON.stringify(columns.map((column) => plain(row[column])))).sort();
    expect(shown(moved), name).toEqual(shown(rows));
  }
  expect(
    await sql`select id, customer_id, at from events except select event_id, customer_id, at from event_ids`,
  ).toEqual([]);
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return typeof value === "string" ? value.replaceAll("\0", "\uFFFD") : value;
}
