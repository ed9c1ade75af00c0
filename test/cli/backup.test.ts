/** Shows `purser backup` beside a running server and `purser restore` without one, as an operator runs them. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { purser, startPurser, temporaryFolder } from "./run-purser.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
afterEach(() => {
  vi.unstubAllEnvs();
});

const data = join(folder.path, "data");
const backup = join(folder.path, "backup.db");

async function serve(dataDir: string) {
  const env = { PURSER_DATA_DIR: dataDir, PURSER_PORT: "0" };
  const running = startPurser(["serve", "--json"], env);
  await vi.waitFor(() => JSON.parse(running.printed()), { timeout: 50_000 });
  return async () => {
    running.process.kill("SIGTERM");
    expect((await running.ended).code).toBe(0);
  };
}

async function usageOf(user: string, dataDir: string): Promise<number | null> {
  return (await purser("usage", user, "--data-dir", dataDir)).code;
}

test("a backup is made while the server runs; it says what is in it and where the secret is, and does not tell it", async () => {
  const stop = await serve(data);
  await purser("customer", "add", "ada", "--plan", "pro", "--data-dir", data);
  const first = await purser("backup", backup, "--data-dir", data);
  expect(first).toMatchObject({ code: 0, err: "" });
  expect(first.out).toContain(`Backed up to ${backup}`);
  expect(first.out).toContain("Events: 0; the last one: none yet.");
  expect(first.out).toContain(`The secret is not inside. It is the file ${join(data, "secret")}`);
  const secret = readFileSync(join(data, "secret"), "utf8").trim();
  expect(first.out).not.toContain(secret);
  expect(readFileSync(backup).includes(secret)).toBe(false);

  const again = await purser("backup", backup, "--data-dir", data);
  expect(again.code).toBe(1);
  expect(again.err).toContain("is there already.\n  → Name another, or add --force.");
  const forced = await purser("backup", backup, "--force", "--json", "--data-dir", data);
  const made = JSON.parse(forced.out);
  const noted = JSON.parse(readFileSync(join(data, "last-backup.json"), "utf8"));
  expect(made).toMatchObject({ file: backup, bytes: statSync(backup).size, events: 0 });
  expect(Date.parse(noted.at)).toBeGreaterThan(Date.parse(made.previous_backup_at));

  const refused = await purser("restore", backup, "--data-dir", data);
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/^purser: Another Purser/m);
  await purser("customer", "add", "bob", "--plan", "pro", "--data-dir", data);
  await stop();
});

test("a restored installation starts with what was in the backup, and the other is kept", async () => {
  const restored = await purser("restore", backup, "--data-dir", data);
  expect(restored).toMatchObject({ code: 0, err: "" });
  expect(restored.out).toContain("The secret fits");
  const aside = /that was there is now (.+)/.exec(restored.out)?.[1] ?? "";
  expect(existsSync(aside)).toBe(true);
  const stop = await serve(data);
  expect(await usageOf("ada", data)).toBe(0);
  expect(await usageOf("bob", data)).toBe(1);
  await stop();
  expect((await purser("restore", aside, "--data-dir", data)).code).toBe(0);
  expect(await usageOf("bob", data)).toBe(0);
});

test("a secret that is foreign to the backup, or absent, is said at once and not only at the next start", async () => {
  const elsewhere = join(folder.path, "elsewhere");
  mkdirSync(elsewhere);
  const without = await purser("restore", backup, "--data-dir", elsewhere);
  expect(without.out).toContain("missing here (neither PURSER_SECRET nor");
  vi.stubEnv("PURSER_SECRET", "another secret, of 32 characters or more");
  const foreign = await purser("restore", backup, "--data-dir", elsewhere);
  expect(foreign.code).toBe(0);
  expect(foreign.out).toContain("WARNING: the secret here is not the one of this backup");
  expect(foreign.out).not.toContain("another secret");
  vi.unstubAllEnvs();
  copyFileSync(join(data, "secret"), join(elsewhere, "secret"));
  const json = await purser("restore", backup, "--json", "--data-dir", elsewhere);
  expect(JSON.parse(json.out)).toMatchObject({ secret: "matches", events: 0 });
});

test("both commands are for SQLite, and name the page that is for PostgreSQL", async () => {
  vi.stubEnv("PURSER_DATABASE_URL", "postgres://purser@127.0.0.1:1/purser");
  for (const command of ["backup", "restore"]) {
    const refused = await purser(command, backup, "--data-dir", data);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("docs/operating.md");
  }
});

test("a file that is missing, and a folder without a database, are said in words", async () => {
  const restored = await purser("restore", join(folder.path, "no.db"), "--data-dir", data);
  expect(restored.err).toMatch(/^purser: There is no file .*no\.db\.$/m);
  const empty = join(folder.path, "empty");
  mkdirSync(empty);
  const made = await purser("backup", join(folder.path, "none.db"), "--data-dir", empty);
  expect(made.err).toMatch(/^purser: There is no database/m);
});
