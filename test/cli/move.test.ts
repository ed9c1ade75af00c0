/** Shows `purser move` as an operator runs it: interrupted, run again, and what it says to do next. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { lockDataFolder } from "../../src/store/sqlite/lock.ts";
import { fillInstallation, SECRET } from "../moving/installation.ts";
import type { TestDatabase } from "../postgres/make-database.ts";
import { newDatabase, whyNoPostgres } from "../postgres/shared-database.ts";
import { purser, startPurser, temporaryFolder } from "./run-purser.ts";

const ROWS_ENOUGH = 30_000;
const folder = temporaryFolder();
const data = join(folder.path, "data");
afterAll(folder.remove);

describe.skipIf(whyNoPostgres() !== null)("purser move", () => {
  let target: TestDatabase;
  beforeAll(async () => {
    target = await newDatabase();
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, "secret"), `${SECRET}\n`);
    await fillInstallation(join(data, "purser.db"), ROWS_ENOUGH);
  });
  afterAll(() => target.drop());

  test("a data folder that a server has is refused", async () => {
    const lock = lockDataFolder(data);
    const refused = await purser("move", "--to", target.url, "--data-dir", data);
    lock.release();
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^purser: Another Purser.*uses this data folder/m);
  });

  test("interrupted, it goes on when run again, and says what to set and neither password nor secret", async () => {
    const first = startPurser(["move", "--to", target.url], { PURSER_DATA_DIR: data });
    await vi.waitFor(() => expect(first.printed()).toContain("rows/s"), { timeout: 50_000 });
    first.process.kill("SIGINT");
    expect((await first.ended).out).not.toContain("Moved");

    const second = await purser("move", "--to", target.url, "--data-dir", data);
    expect(second).toMatchObject({ code: 0, err: "" });
    expect(second.out).toMatch(/Going on behind the [\d,]+ rows/);
    expect(second.out).toMatch(/Comparing both sides: meta/);
    expect(second.out).toMatch(/Moved 60,0\d\d rows to postgres:\/\/postgres@127\.0\.0\.1/);
    expect(second.out).toContain("3 NUL characters");
    expect(second.out).toContain("PURSER_DATABASE_URL");
    expect(second.out).toContain(`which is the file ${join(data, "secret")}`);
    expect(second.out).not.toContain(SECRET);
    expect(second.out).not.toContain(new URL(target.url).password);

    const third = await purser("move", "--to", target.url, "--data-dir", data, "--json");
    expect(JSON.parse(third.out)).toMatchObject({ moved: true, moved_before: expect.any(String) });
  });

  test("an address that is none, or a database in use, ends with words and 1", async () => {
    for (const to of ["mysql://db/purser", "postgres://db.example.com", "purser"]) {
      const refused = await purser("move", "--to", to, "--data-dir", data);
      expect(refused.code).toBe(1);
      expect(refused.err).toMatch(/^purser: --to must be an address/m);
    }
    expect((await purser("move", "--data-dir", data)).code).toBe(2);
    const nowhere = join(folder.path, "nowhere");
    const absent = await purser("move", "--to", target.url, "--data-dir", nowhere);
    expect(absent.err).toMatch(/^purser: There is no database/m);
    expect(existsSync(nowhere)).toBe(false);
    const other = join(folder.path, "other");
    await fillInstallation(join(other, "purser.db"), 0);
    const refused = await purser("move", "--to", target.url, "--data-dir", other);
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/^purser: Another installation was moved/m);
  });
});
