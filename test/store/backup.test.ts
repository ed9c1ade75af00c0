/** A backup is whole and of one instant, however busy the database is. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { audit } from "../../src/ledger/audit/audit.ts";
import { backUp } from "../../src/store/sqlite/backup.ts";
import { noteLastBackup, readLastBackup } from "../../src/store/sqlite/last-backup.ts";
import { NOW } from "../ledger/support.ts";
import {
  busyProcess,
  damage,
  eventIds,
  folder,
  installation,
  kill,
  openLedger,
  until,
} from "./installations.ts";

test("a backup of a busy database has all that was acknowledged before it, adds up, and stops nobody", async () => {
  const file = await installation("busy", 0);
  const { child, settled } = busyProcess(file);
  try {
    await until(() => settled().length >= 200);
    for (const name of ["first.db", "second.db"]) {
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
      await until(() => settled().length > after + 50);
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

test("when the last backup was made is remembered beside the database; a note that is spoilt is none", () => {
  expect(readLastBackup(folder.path)).toBeNull();
  const made = { at: "2026-04-11T10:30:15.000Z", file: "/backup.db", bytes: 12, events: 3 };
  noteLastBackup(folder.path, made);
  expect(readLastBackup(folder.path)).toEqual(made);
  writeFileSync(join(folder.path, "last-backup.json"), "{}");
  expect(readLastBackup(folder.path)).toBeNull();
});
