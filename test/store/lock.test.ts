/** Two programs never share a data folder, and a dead one never keeps it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { lockDataFolder } from "../../src/store/sqlite/lock.ts";
import { eventually } from "../eventually.ts";
import { temporaryFolder } from "../ledger/test-database.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const LOCK = new URL("../../src/store/sqlite/lock.ts", import.meta.url).href;

/** A process that takes the lock and says so, and keeps it until it is killed. */
async function holder(path: string) {
  const code = `const { lockDataFolder } = await import(${JSON.stringify(LOCK)}); lockDataFolder(${JSON.stringify(path)}); console.log("held"); setInterval(() => globalThis.gc(), 20);`;
  const child = spawn(process.execPath, ["--expose-gc", "--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  // Long enough to collect a lock that nobody kept.
  await new Promise((resolve) => setTimeout(resolve, 100));
  return child;
}

test("a folder in use is refused by name of its process, and free the moment that is killed", async () => {
  const path = join(folder.path, "a");
  const child = await holder(path);
  try {
    expect(() => lockDataFolder(path)).toThrow(`process ${child.pid}`);
  } finally {
    // Not waited for: between its death and its burial the process is a zombie.
    child.kill("SIGKILL");
  }
  const lock = await eventually(() => lockDataFolder(path));
  expect(() => lockDataFolder(path)).toThrow("Another Purser");
  lock.release();
  lock.release();
  lockDataFolder(path).release();
});

test("a lock file of another making, naming whatever process, blocks nobody", () => {
  const path = join(folder.path, "b");
  lockDataFolder(path).release();
  writeFileSync(
    join(path, "purser.lock"),
    `{"pid": ${process.pid}, "written": "by an earlier program, at some length"}`.repeat(20),
  );
  writeFileSync(join(path, "purser.pid"), "1");
  lockDataFolder(path).release();
});
