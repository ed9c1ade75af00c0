/** A restore takes sound backups only, keeps what was there, and leaves a database at every moment. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { CustomerId } from "../../src/core/ids.ts";
import { instant } from "../../src/core/instant.ts";
import { audit } from "../../src/ledger/audit/audit.ts";
import { backUp } from "../../src/store/sqlite/backup.ts";
import { restore } from "../../src/store/sqlite/restore.ts";
import { NOW, reserveOf } from "../ledger/support.ts";
import {
  busyProcess,
  damage,
  eventIds,
  fileIn,
  folder,
  installation,
  kill,
  makeCalls,
  openLedger,
  until,
} from "./installations.ts";

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
    let said = "";
    child.stdout.on("data", (text) => {
      said += String(text);
    });
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    // A little further on in each round, so that not every kill meets the same step.
    for (let turns = 0; turns < round * 20; turns += 1) await new Promise(setImmediate);
    await kill(child);
    expect(said).toMatch(/^(restored\n)+$/);
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
