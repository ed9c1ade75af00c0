/** Full, read-only and damaged disks under a real server: a clear error, and nothing lost that was acknowledged. */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { startPurser } from "../cli/run-purser.ts";
import { sqliteDatabase } from "../torture/sqlite-database.ts";
import { limitedDisk, mayLimitFiles, mayMount, mountedDisk } from "./failing-disk.ts";

const KEY = "k".repeat(40);
const canMount = mayMount();
const DISKS = [
  { kind: "a full disk", make: mountedDisk, can: canMount, lacks: "mount" },
  {
    kind: "files that may not grow",
    make: limitedDisk,
    can: mayLimitFiles(),
    lacks: "prlimit",
  },
];

function settings(dataDir: string): Record<string, string> {
  return {
    PURSER_PORT: "0",
    PURSER_DATA_DIR: dataDir,
    PURSER_ADMIN_KEY: KEY,
    PURSER_SECRET: "s".repeat(40),
  };
}

/** A server that is up. */
async function serve(dataDir: string) {
  const running = startPurser(["serve", "--json"], settings(dataDir));
  for (let waited = 0; !running.printed().includes("}"); waited += 20) {
    if (waited > 20_000 || running.process.exitCode !== null) {
      throw new Error(`The server did not start: ${(await running.ended).err}`);
    }
    await sleep(20);
  }
  const url: string = JSON.parse(running.printed()).listening;
  const post = async (path: string, body: unknown) => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };
  return {
    pid: running.process.pid ?? 0,
    post,
    tell: (id: string) =>
      post("/api/subscription/usage/ada/events", {
        events: [{ id, provider: "gemini", model: "gemini-2.5-flash", usage: { input: 7 } }],
      }),
    async end(signal: "SIGTERM" | "SIGKILL") {
      running.process.kill(signal);
      return await running.ended;
    },
  };
}

describe.each(DISKS)("$kind", ({ make, can, lacks }) => {
  test.skipIf(!can)(
    `refuses with its reason, keeps what was acknowledged, and goes on by itself once there is space${can ? "" : ` (skipped: no ${lacks} here)`}`,
    async () => {
      const disk = make();
      onTestFinished(() => disk.remove());
      const server = await serve(disk.folder);
      const acknowledged: string[] = [];
      const tell = async (id: string) => {
        const answer = await server.tell(id);
        if (answer.status === 200) acknowledged.push(id);
        return answer;
      };
      for (let n = 0; n < 40; n += 1) expect((await tell(`before-${n}`)).status).toBe(200);
      const held = await server.post("/api/subscription/reservations", {
        id: "hold",
        user_id: "ada",
        provider: "gemini",
        model: "gemini-2.5-flash",
        input_tokens: 5,
      });
      expect(held.status).toBe(200);
      const settle = () =>
        server.post("/api/subscription/reservations/hold/settle", { usage: { input: 3 } });

      disk.fill(server.pid);
      const refused: string[] = [];
      // Between two refusals the log may be tidied up, and what is free in it taken by one more.
      for (let n = 0; n < 500 && refused.length < 20; n += 1) {
        const { status, text } = await tell(`full-${n}`);
        expect([200, 503]).toContain(status);
        if (status === 503) refused.push(text);
      }
      expect(refused).toHaveLength(20);
      for (const text of refused) {
        expect(JSON.parse(text)).toMatchObject({ error: "enforcement_unavailable" });
        expect(text).toMatch(/disk .* is full\. Free some space|cannot be read or written/);
      }
      expect([200, 503]).toContain((await settle()).status);
      // Longer than a log is left alone: what tidies it up meets the full disk too.
      await sleep(600);

      disk.free(server.pid);
      expect((await tell("after")).status).toBe(200);
      expect((await settle()).status).toBe(200);
      await server.end("SIGKILL");

      const again = await serve(disk.folder);
      expect((await again.tell("last")).status).toBe(200);
      expect(await again.end("SIGTERM")).toMatchObject({ code: 0 });
      const database = sqliteDatabase(disk.folder);
      const rows = await database.read(
        "select source_id from event_keys join events on events.id = event_keys.event_id",
      );
      const there = rows.map((row) => String(row["source_id"])).sort();
      expect(there).toEqual([...acknowledged, "hold", "last"].sort());
      expect(await database.audit()).toEqual([]);
    },
  );
});

test.skipIf(!canMount)(
  `a read-only data folder is refused, by name and with the mend${canMount ? "" : " (skipped: no mount here)"}`,
  async () => {
    const disk = mountedDisk();
    onTestFinished(() => disk.remove());
    await (await serve(disk.folder)).end("SIGTERM");
    disk.makeReadOnly();
    const { code, err } = await startPurser(["serve"], settings(disk.folder)).ended;
    expect(code).toBe(1);
    expect(err).toContain(`cannot write in its data folder ${disk.folder}`);
    expect(err).toContain("Make it writable");
  },
);

describe("a damaged database is refused at the start, named, with the mend, and not touched:", () => {
  const kept = mkdtempSync(join(tmpdir(), "purser-good-"));
  afterAll(() => rmSync(kept, { recursive: true }));
  /** A whole one with events in it, made by the first test that wants it. */
  const goodDatabase = async (): Promise<string> => {
    const file = join(kept, "purser.db");
    if (existsSync(file)) return file;
    const server = await serve(kept);
    for (let n = 0; n < 50; n += 1) await server.tell(`event-${n}`);
    await server.end("SIGTERM");
    return file;
  };

  const DAMAGES: readonly [string, (file: string) => void, RegExp][] = [
    ["another program's text", (file) => writeFileSync(file, "Dear Ada,\n"), /not a database/],
    ["random bytes over some pages", (file) => scribble(file), /is damaged/],
    ["a file cut in half", (file) => truncateSync(file, cutAt(file)), /is cut off/],
    ["an empty file", (file) => truncateSync(file, 0), /is empty/],
  ];
  test.each(DAMAGES)("%s", async (_, damage, words) => {
    const folder = mkdtempSync(join(tmpdir(), "purser-damaged-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "purser.db");
    copyFileSync(await goodDatabase(), file);
    damage(file);
    const before = readFileSync(file);
    const { code, err } = await startPurser(["serve"], settings(folder)).ended;
    expect(code).toBe(1);
    expect(err).toContain(file);
    expect(err).toMatch(words);
    expect(err).toContain("Restore a backup (purser restore)");
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("a log whose database is gone: no new one is made over it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "purser-damaged-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const server = await serve(folder);
    await server.tell("event");
    await server.end("SIGKILL");
    const file = join(folder, "purser.db");
    rmSync(file);
    const log = readFileSync(`${file}-wal`);
    expect(log.length).toBeGreaterThan(0);
    const { code, err } = await startPurser(["serve"], settings(folder)).ended;
    expect(code).toBe(1);
    expect(err).toContain("is gone, and its log");
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(`${file}-wal`).equals(log)).toBe(true);
  });

  test("a whole one that was killed is not mistaken for a damaged one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "purser-whole-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const server = await serve(folder);
    for (let n = 0; n < 50; n += 1) await server.tell(`event-${n}`);
    await server.end("SIGKILL");
    expect(await (await serve(folder)).end("SIGTERM")).toMatchObject({ code: 0 });
    const db = new DatabaseSync(join(folder, "purser.db"), { readOnly: true });
    expect(db.prepare("select count(*) as n from events").get()).toEqual({ n: 50 });
    db.close();
  });
});

/** Every third page but the first. */
function scribble(file: string): void {
  const bytes = readFileSync(file);
  for (let page = 2; page * 4_096 < bytes.length; page += 3)
    bytes.fill(0xa5, page * 4_096, page * 4_096 + 3_000);
  writeFileSync(file, bytes);
}

function cutAt(file: string): number {
  const pages = Math.floor(statSync(file).size / 4_096);
  return Math.floor(pages / 2) * 4_096;
}
