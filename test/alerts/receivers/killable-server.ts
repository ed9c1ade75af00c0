/** A `purser serve` on SQLite in a process of its own, with a test clock, that is killed and started again on the same data. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServeProcess, serveProcess } from "../../gateway/serve-process.ts";
import { doorsTo, type Stage } from "../../gateway/stage.ts";
import { type DatabaseRow, readRows } from "../../ledger/test-database.ts";

export interface KillableServer {
  /** Where it listens: another address after each start, and none while it starts. */
  readonly url: string;
  readonly adminKey: string;
  readonly kills: number;
  /** SIGKILL; resolves when it is dead, and starts it again by itself. */
  kill(): Promise<void>;
  /** Of the server that runs, once it does. */
  admin: Stage["admin"];
  /** Sets ledger time, on whichever start of the server carries it out to its end. */
  setClock(now: Date): Promise<void>;
  rows(select: string): Promise<DatabaseRow[]>;
  close(): Promise<void>;
}

export async function startKillableServer(
  plans: string,
  more: Readonly<Record<string, string>>,
): Promise<KillableServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "purser-killed-"));
  const plansFile = join(dataDir, "plans.yaml");
  writeFileSync(plansFile, plans);
  const adminKey = randomBytes(32).toString("hex");
  const settings = {
    PURSER_DATA_DIR: dataDir,
    PURSER_PLANS: plansFile,
    PURSER_ADMIN_KEY: adminKey,
    PURSER_TEST_CLOCK: "1",
    ...more,
  };
  let kills = 0;
  let running: Promise<ServeProcess> = serveProcess(settings);
  let url = (await running).url;
  const admin: Stage["admin"] = async (method, path, body) =>
    doorsTo((await running).url, adminKey).admin(method, path, body);
  return {
    get url() {
      return url;
    },
    get kills() {
      return kills;
    },
    adminKey,
    async kill() {
      const { end } = await running;
      kills += 1;
      const dead = end("SIGKILL");
      // At once, so that whoever asks now waits for the next start.
      running = dead
        .then(() => serveProcess(settings))
        .then((started) => {
          url = started.url;
          return started;
        });
      await dead;
    },
    admin,
    async setClock(now) {
      for (;;) {
        const started = running;
        const set = await admin("POST", "/api/admin/clock", { now: now.toISOString() }).catch(
          () => null,
        );
        if (set?.status === 200) return;
        if (set !== null) throw new Error(`The clock was not set: ${JSON.stringify(set)}`);
        // It is killed in the middle of that now and then; only then is asking again right.
        if (started === running)
          throw new Error("The server did not answer, and nobody killed it.");
      }
    },
    rows: (select) => readRows(join(dataDir, "purser.db"), select),
    async close() {
      await (await running).end("SIGTERM");
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
