/** The PostgreSQL of the tests is a real one: it keeps what was committed when killed, and leaves nothing when removed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import postgres from "postgres";
import { describe, expect, onTestFinished, test } from "vitest";
import { startCluster } from "./cluster.ts";
import { processesNaming, untilGone } from "./processes.ts";
import { newDatabase, whyNoPostgres } from "./shared-database.ts";

const missing = whyNoPostgres();

async function folderOf(url: string): Promise<string> {
  return dirname(String((await rowOf(url, "show data_directory"))["data_directory"]));
}

async function rowOf(url: string, statement: string): Promise<Record<string, unknown>> {
  const sql = postgres(url, { max: 1 });
  try {
    const [row] = await sql.unsafe(statement);
    return row ?? {};
  } finally {
    await sql.end();
  }
}

describe.skipIf(missing !== null)(missing === null ? "a cluster" : `skipped: ${missing}`, () => {
  test("killed and started again, it is at the same address with all that was committed", async () => {
    const cluster = await startCluster({ durable: true });
    onTestFinished(() => cluster.remove());
    const { url } = await cluster.newDatabase();
    expect(await rowOf(url, "show fsync")).toEqual({ fsync: "on" });
    await rowOf(url, "create table kept (n int)");
    await rowOf(url, "insert into kept select generate_series(1, 1000)");
    const folder = await folderOf(url);
    expect(processesNaming(join(folder, "db")).length).toBeGreaterThan(3);
    await cluster.kill();
    expect(processesNaming(join(folder, "db"))).toEqual([]);
    await expect(rowOf(url, "select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await cluster.start();
    expect(await rowOf(url, "select count(*)::int as n from kept")).toEqual({ n: 1_000 });
    expect(cluster.log()).toContain("was not properly shut down");
    await cluster.stop();
    await cluster.start();
    expect(await rowOf(url, "select count(*)::int as n from kept")).toEqual({ n: 1_000 });
  });

  test("removed, running or killed, it leaves neither processes nor files", async () => {
    for (const before of [() => Promise.resolve(), "kill"] as const) {
      const cluster = await startCluster();
      const folder = await folderOf(cluster.url());
      await (before === "kill" ? cluster.kill() : before());
      await cluster.remove();
      expect(existsSync(folder)).toBe(false);
      expect(processesNaming(join(folder, "db"))).toEqual([]);
    }
  });

  test("when the process that made it is killed, it goes too", async () => {
    const script = `
      const { startCluster } = await import(${JSON.stringify(new URL("./cluster.ts", import.meta.url).href)});
      const cluster = await startCluster();
      console.log(cluster.url());
      setInterval(() => undefined, 1_000);`;
    const maker = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed] = await once(maker.stdout, "data");
    const folder = await folderOf(String(printed).trim());
    const pids = processesNaming(join(folder, "db"));
    expect(pids.length).toBeGreaterThan(3);
    maker.kill("SIGKILL");
    await untilGone(pids);
    await expect.poll(() => existsSync(folder), { timeout: 30_000 }).toBe(false);
  });

  test("databases of the shared one are apart from each other, and gone when dropped", async () => {
    const [one, other] = await Promise.all([newDatabase(), newDatabase()]);
    await rowOf(one.url, "create table here (n int)");
    expect(await rowOf(other.url, "select to_regclass('here') as found")).toEqual({ found: null });
    await one.drop();
    await other.drop();
    await expect(rowOf(one.url, "select 1")).rejects.toMatchObject({ code: "3D000" });
  });
});
