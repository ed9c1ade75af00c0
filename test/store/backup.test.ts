/** A backup is whole and of one instant however busy the database is, and a restore leaves a database at every moment. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import { instant } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import type { OpenedLedger } from "../../src/ledger/door-over.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/open.ts";
import { backUp } from "../../src/store/sqlite/backup.ts";
import { noteLastBackup, readLastBackup } from "../../src/store/sqlite/last-backup.ts";
import { restore } from "../../src/store/sqlite/restore.ts";
import { addCustomer, addPlan, limit, NOW, plan, reserveOf, settleOf } from "../ledger/support.ts";
import { temporaryFolder } from "../ledger/test-database.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

/** An installation with one customer and `calls` settled calls, closed again; the first of each size is made anew. */
async function installation(name: string, calls: number): Promise<string> {
  const made = fileIn(`with ${calls} calls`);
  if (!existsSync(made)) await fill(made, calls);
  const file = fileIn(name);
  copyFileSync(made, file);
  return file;
}

async function fill(file: string, calls: number): Promise<void> {
  const opened = await openLedger(file);
  const limits = [limit({ cap: 1_000_000n }), limit({ meter: "tokens", cap: 10n ** 12n })];
  const planVersionId = await addPlan(opened.store, plan("pro", limits));
  const customer = await addCustomer(opened.store, { id: "ada", planVersionId });
  await makeCalls(opened, customer, calls);
  await opened.stop();
}

function fileIn(name: string): string {
  mkdirSync(join(folder.path, name), { recursive: true });
  return join(folder.path, name, "purser.db");
}

function openLedger(file: string): Promise<OpenedLedger> {
  return openSqliteLedger({ file, clock: { now: () => NOW }, nodeId: "node", bootId: "boot" });
}

async function makeCalls(opened: OpenedLedger, customer: CustomerId, calls: number) {
  const operations = Array.from({ length: calls }, () => reserveOf(customer));
  await Promise.all(
    operations.map(async (operation) => {
      await opened.ledger.reserve(operation);
      await opened.ledger.settle(settleOf(operation.id));
    }),
  );
}

/** A process with 50 callers that never pause; `settled` are the calls that were acknowledged so far. */
function busyProcess(file: string): { child: ChildProcess; settled: () => string[] } {
  const script = new URL("../ledger/crashing-caller.ts", import.meta.url).pathname;
  const log = `${file}.log`;
  const child = spawn(process.execPath, [script, file, "ada", log], { stdio: "inherit" });
  const settled = (): string[] =>
    (existsSync(log) ? readFileSync(log, "utf8") : "")
      .split("\n")
      .slice(0, -1)
      .filter((line) => line.startsWith("settled "))
      .map((line) => line.slice("settled ".length));
  return { child, settled };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function until(holds: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < 50_000 && !holds(); waitedMs += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(holds()).toBe(true);
}

function eventIds(file: string): Set<string> {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return new Set(
      db
        .prepare("select id from events")
        .all()
        .map(({ id }) => String(id)),
    );
  } finally {
    db.close();
  }
}

test("a backup of a busy database has all that was acknowledged before it, adds up, and stops nobody", async () => {
  const file = await installation("busy", 0);
  const { child, settled } = busyProcess(file);
  try {
    await until(() => settled().length >= 500);
    for (const name of ["first.db", "second.db", "third.db"]) {
      const before = settled();
      const to = join(folder.path, name);
      const made = await backUp({ from: file, to, overwrite: false });
      expect(made.bytes).toBe(statSync(to).size);
      // One file is all of it, and nobody else may read it.
      expect(readdirSync(folder.path).filter((other) => other.startsWith(name))).toEqual([name]);
      expect(statSync(to).mode & 0o777).toBe(0o600);
      const ids = eventIds(to);
      expect(BigInt(ids.size)).toBe(made.events);
      expect(before.filter((id) => !ids.has(id))).toEqual([]);
      const copy = await openLedger(to);
      expect(await audit(copy.store)).toEqual([]);
      await copy.stop();
      const after = settled().length;
      await until(() => settled().length > after + 100);
    }
  } finally {
    await kill(child);
  }
});

test("a file that is there is replaced only when asked to, and the database itself never", async () => {
  const from = await installation("careful", 3);
  const to = join(folder.path, "careful", "backup.db");
  writeFileSync(to, "something dear");
  await expect(backUp({ from, to, overwrite: false })).rejects.toThrow("is there already");
  expect(readFileSync(to, "utf8")).toBe("something dear");
  await expect(backUp({ from, to: from, overwrite: true })).rejects.toThrow("the database itself");
  await expect(backUp({ from, to: join(folder.path, "careful"), overwrite: true })).rejects.toThrow(
    "Name a file in it",
  );
  expect(await backUp({ from, to, overwrite: true })).toMatchObject({
    events: 3n,
    lastEventAt: NOW,
  });
  await expect(
    backUp({ from: join(folder.path, "absent.db"), to: `${to}.2`, overwrite: false }),
  ).rejects.toThrow("There is no database");
});

test("a damaged database is not kept as a backup", async () => {
  const from = await installation("damaged", 200);
  damage(from);
  const to = join(folder.path, "damaged", "backup.db");
  await expect(backUp({ from, to, overwrite: false })).rejects.toThrow(/damaged/);
  expect(readdirSync(join(folder.path, "damaged")).filter((name) => /backup/.test(name))).toEqual(
    [],
  );
});

/** Zeros in place of the pages of its second half. */
function damage(file: string): void {
  const bytes = readFileSync(file);
  bytes.fill(0, Math.floor(bytes.length / 2));
  writeFileSync(file, bytes);
}

test("a restored database is the backup's, without the log of the killed one that was there, which is kept whole", async () => {
  const file = await installation("restored", 5);
  const backup = join(folder.path, "restored", "backup.db");
  await backUp({ from: file, to: backup, overwrite: false });
  const kept = readFileSync(backup);
  const { child, settled } = busyProcess(file);
  await until(() => settled().length >= 300);
  await kill(child);
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);

  const restored = await restore({ from: backup, to: file, now: instant(1_764_000_000_000) });
  expect(restored.events).toBe(5n);
  expect(restored.putAside).toBe(`${file}.before-restore-2025-11-24T16-00-00.000Z`);
  const opened = await openLedger(file);
  await opened.recover();
  expect(eventIds(file)).toEqual(eventIds(backup));
  expect(await audit(opened.store)).toEqual([]);
  expect((await opened.ledger.reserve(reserveOf("ada" as CustomerId))).kind).toBe("granted");
  await opened.stop();
  const aside = eventIds(restored.putAside ?? "");
  expect(settled().filter((id) => !aside.has(id))).toEqual([]);
  expect(readFileSync(backup).equals(kept)).toBe(true);
});

test("a restore into an empty folder needs nothing there", async () => {
  const from = await installation("origin", 2);
  const to = fileIn("new-machine");
  expect(await restore({ from, to, now: NOW })).toMatchObject({ events: 2n, putAside: null });
  expect(eventIds(to)).toEqual(eventIds(from));
  await expect(restore({ from: to, to, now: NOW })).rejects.toThrow("the database itself");
});

test("a database that cannot be read is put aside as it is, with its log", async () => {
  const from = await installation("sound", 4);
  const to = fileIn("unreadable");
  writeFileSync(to, "not a database at all".repeat(500));
  writeFileSync(`${to}-wal`, "nor a log");
  const { putAside } = await restore({ from, to, now: NOW });
  expect(eventIds(to)).toEqual(eventIds(from));
  expect(readFileSync(putAside ?? "", "utf8")).toMatch(/^not a database/);
  expect(readFileSync(`${putAside}-wal`, "utf8")).toBe("nor a log");
});

test("while another program reads the database, it is not replaced", async () => {
  const from = await installation("backup-of-read", 1);
  const to = await installation("being-read", 2);
  const writer = await openLedger(to);
  const reader = new DatabaseSync(to, { readOnly: true });
  reader.exec("begin; select count(*) from events");
  reader.prepare("select count(*) from events").get();
  await makeCalls(writer, "ada" as CustomerId, 1);
  await expect(restore({ from, to, now: NOW })).rejects.toThrow("Another program reads");
  reader.close();
  await writer.stop();
  expect(eventIds(to).size).toBe(3);
});

test.each<[why: string, spoil: (file: string) => void, words: RegExp]>([
  ["a text", (file) => writeFileSync(file, "select 1;"), /not a database of Purser's/],
  ["an empty file", (file) => writeFileSync(file, ""), /not a database of Purser's/],
  ["another program's database", (file) => otherDatabase(file), /not a database of Purser's/],
  ["a cut one", (file) => truncateSync(file, statSync(file).size - 8192), /damaged/],
  ["a damaged one", damage, /damaged/],
  ["one whose index disagrees with its rows", disorder, /damaged \(.*index events_customer/],
  ["one of a newer Purser", newer, /Start the newer Purser/],
])("%s is not restored, and the database stays as it was", async (why, spoil, words) => {
  const from = await installation(`spoilt ${why}`, 200);
  spoil(from);
  const to = await installation(`kept ${why}`, 1);
  const before = readFileSync(to);
  await expect(restore({ from, to, now: NOW })).rejects.toThrow(words);
  expect(readFileSync(to).equals(before)).toBe(true);
  expect(readdirSync(join(to, ".."))).toEqual(["purser.db"]);
});

function otherDatabase(file: string): void {
  writeFileSync(file, "");
  const db = new DatabaseSync(file);
  db.exec("create table migrations (version integer); insert into migrations values (1)");
  db.close();
}

/** Nothing fails that does not look closely: only reports would miss rows. */
function disorder(file: string): void {
  const db = new DatabaseSync(file);
  db.enableDefensive(false);
  db.exec(`pragma writable_schema = on; update sqlite_master
    set sql = replace(sql, '(customer_id, at, seq)', '(at, customer_id, seq)') where name = 'events_customer'`);
  db.close();
}

function newer(file: string): void {
  const db = new DatabaseSync(file);
  db.exec("insert into migrations (version, name, ran_at) values (999, 'of the future', 0)");
  db.close();
}

test("killed at whatever moment of a restore, the folder has the one database or the other, whole", async () => {
  const one = await installation("one", 10);
  const other = await installation("other", 20);
  const to = await installation("interrupted", 10);
  const script = new URL("./restoring.ts", import.meta.url).pathname;
  const wanted = [10, 20];
  for (let round = 0; round < 12; round += 1) {
    const child = spawn(process.execPath, [script, one, other, to], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    // As fast as it goes, since a moment without a database would be a short one.
    let missing = 0;
    for (let looks = 0; looks < 30_000 + round * 1_000; looks += 1) {
      if (!existsSync(to)) missing += 1;
    }
    expect(missing).toBe(0);
    await kill(child);
    expect(wanted).toContain(eventIds(to).size);
    const db = new DatabaseSync(to);
    expect(db.prepare("pragma integrity_check").get()).toEqual({ integrity_check: "ok" });
    db.close();
  }
  await restore({ from: one, to, now: NOW });
  const names = readdirSync(join(to, ".."));
  expect(names.filter((name) => name.includes("partial"))).toEqual([]);
  // None of those put aside is another name of what is in use.
  expect(statSync(to).nlink).toBe(1);
});

test("when the last backup was made is remembered beside the database; a note that is spoilt is none", () => {
  expect(readLastBackup(folder.path)).toBeNull();
  const made = { at: "2026-04-11T10:30:15.000Z", file: "/backup.db", bytes: 12, events: 3 };
  noteLastBackup(folder.path, made);
  expect(readLastBackup(folder.path)).toEqual(made);
  writeFileSync(join(folder.path, "last-backup.json"), "{}");
  expect(readLastBackup(folder.path)).toBeNull();
});
