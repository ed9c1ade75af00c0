/** `purser events detach` asks before it takes a month out, says what to do with it then, and says why it refuses. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DetachRuns } from "../../src/api/detach-runs.ts";
import { formatInstant, instant } from "../../src/core/instant.ts";
import type { DetachMonth } from "../../src/ledger/month-to-detach.ts";
import { readConfig } from "../../src/server/config.ts";
import { openPurser } from "../../src/server/open-purser.ts";
import type { TestDatabase } from "../postgres/make-database.ts";
import { newDatabase, whyNoPostgres } from "../postgres/shared-database.ts";
import { purser, temporaryFolder } from "./run-purser.ts";

/** The first of the month so many months ago. */
function monthAgo(months: number): number {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1);
}

const nameOf = (at: number) => formatInstant(instant(at)).slice(0, 7);
const [OLD, LATER] = [nameOf(monthAgo(3)), nameOf(monthAgo(2))];
/** Gives a command a terminal (util-linux). */
const TERMINAL = "script";
const TABLE = `detached_events_${OLD.replace("-", "_")}`;

function eventAt(at: number) {
  const timestamp = formatInstant(instant(at));
  return { id: `${at}`, provider: "openai", model: "gpt-4o", usage: { input: 7 }, timestamp };
}

describe("on SQLite", () => {
  const folder = temporaryFolder();
  const here = ["--data-dir", folder.path];
  beforeAll(async () => {
    await purser("customer", "add", "ada", "--plan", "basic", ...here);
    const settings = { PURSER_DATA_DIR: folder.path, PURSER_LOG_LEVEL: "silent" };
    const opened = await openPurser(readConfig(settings));
    const told = await opened.request({
      method: "POST",
      path: "/api/subscription/usage/ada/events",
      body: { events: [monthAgo(3), monthAgo(3) + 1, monthAgo(2), Date.now()].map(eventAt) },
    });
    expect(told).toMatchObject({ status: 200, body: { data: { recorded: 4 } } });
    await opened.close();
  });
  afterAll(folder.remove);

  const detach = (...words: readonly string[]) => purser("events", "detach", ...words, ...here);

  test("a dry run says what would leave, and a later month is refused", async () => {
    const dry = await detach("--month", OLD, "--dry-run");
    expect(dry).toMatchObject({ code: 0, err: "" });
    expect(dry.out).toMatch(`${OLD} can be detached: 2 events, 1 row of closing balance.`);
    const later = await detach("--month", LATER, "--yes");
    expect(later).toMatchObject({ code: 1, out: "" });
    expect(later.err).toContain(`Detach ${OLD} before it.`);
  });

  test("the first month goes into an archive, and it is said which", async () => {
    const done = await detach("--month", OLD, "--yes");
    expect(done).toMatchObject({ code: 0, err: "" });
    expect(done.out).toMatch(
      new RegExp(`^Detached ${OLD}: 2 events, \\d+ B, 1 row of closing balance\\.`),
    );
    expect(done.out).toContain(`GET /api/admin/archives/${OLD}/download`);
    expect(existsSync(join(folder.path, "archives", `${OLD}.jsonl.gz`))).toBe(true);
    const again = await detach("--month", OLD, "--yes");
    expect(again.err).toContain(`Its events are in the archive ${OLD}`);
    const audited = await purser("audit", ...here);
    expect(audited.out).toContain("Nothing differs: 1 customer, 2 events");
  });

  test("--json has the archive, and no commands for a table", async () => {
    const done = JSON.parse((await detach("--month", LATER, "--yes", "--json")).out);
    expect(done).toMatchObject({ detached: true, archive: LATER, table: null });
    expect(done).not.toHaveProperty("next");
  });
});

describe.skipIf(whyNoPostgres() !== null)("on PostgreSQL", () => {
  const folder = temporaryFolder();
  const here = ["--data-dir", folder.path];
  let database: TestDatabase;
  let settings: Record<string, string>;
  beforeAll(async () => {
    database = await newDatabase();
    settings = {
      PURSER_DATABASE_URL: database.url,
      PURSER_SECRET: randomBytes(32).toString("hex"),
      PURSER_ADMIN_KEY: randomBytes(32).toString("hex"),
      PURSER_PORT: "0",
      PURSER_LOG_LEVEL: "silent",
    };
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
    await purser("customer", "add", "ada", "--plan", "basic", ...here);
    const opened = await openPurser(readConfig({ PURSER_DATA_DIR: folder.path, ...settings }));
    const told = await opened.request({
      method: "POST",
      path: "/api/subscription/usage/ada/events",
      body: { events: [monthAgo(3), monthAgo(3) + 1, monthAgo(2), Date.now()].map(eventAt) },
    });
    expect(told).toMatchObject({ status: 200, body: { data: { recorded: 4 } } });
    await opened.close();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    folder.remove();
    await database.drop();
  });

  test("a dry run says what would leave; without --yes nobody is taken at no word", async () => {
    const dry = await purser("events", "detach", "--month", OLD, "--dry-run", ...here);
    expect(dry).toMatchObject({ code: 0, err: "" });
    expect(dry.out).toMatch(
      new RegExp(`^${OLD} can be detached: 2 events, [\\d.]+ kB, 1 row of closing balance\\.`),
    );
    const unasked = await purser("events", "detach", "--month", OLD, ...here);
    expect(unasked).toMatchObject({ code: 1, out: "" });
    expect(unasked.err).toContain("Run it again with --yes.");
  });

  test.skipIf(spawnSync(TERMINAL, ["--version"]).status !== 0)(
    "at a terminal it asks, and no is no",
    () => {
      const command = `${process.execPath} ${resolve("src/cli/main.ts")} events detach --month ${OLD} --data-dir ${folder.path}`;
      const asked = spawnSync(TERMINAL, ["-qec", command, "/dev/null"], {
        input: "n\n",
        env: { ...process.env, ...settings },
        encoding: "utf8",
        timeout: 30_000,
      });
      expect(asked.stdout).toContain(`The events of ${OLD} will leave the log. Go on? [y/N]`);
      expect(asked.stdout).toContain("Nothing was changed.");
      expect(asked.status).toBe(1);
    },
  );

  test("it refuses a later month, detaches the first, and names both commands", async () => {
    const later = await purser("events", "detach", "--month", LATER, "--yes", ...here);
    expect(later).toMatchObject({ code: 1, out: "" });
    expect(later.err).toContain(`Detach ${OLD} before it.`);
    const present = await purser(
      "events",
      "detach",
      "--month",
      nameOf(Date.now()),
      "--yes",
      ...here,
    );
    expect(present.err).toContain("is not over long enough");

    const done = await purser("events", "detach", "--month", OLD, "--yes", ...here);
    expect(done).toMatchObject({ code: 0, err: "" });
    expect(done.out).toContain(`Detached ${OLD}: 2 events`);
    expect(done.out).toContain(`pg_dump --format=custom --table=${TABLE} --file=${TABLE}.dump`);
    expect(done.out).toContain(`--command="drop table ${TABLE}"`);
    const audited = await purser("audit", ...here);
    expect(audited).toMatchObject({ code: 0, err: "" });
    expect(audited.out).toContain("Nothing differs: 1 customer, 2 events");
  });

  test("--json has what happened, or the reason", async () => {
    const refused = await purser("events", "detach", "--month", OLD, "--yes", "--json", ...here);
    expect(JSON.parse(refused.err)).toMatchObject({ success: false, error: "conflict" });
    const done = await purser("events", "detach", "--month", LATER, "--yes", "--json", ...here);
    expect(JSON.parse(done.out)).toMatchObject({
      month: LATER,
      detached: true,
      counted: { events: 1, balances: 1 },
      next: {
        dump: expect.stringContaining("pg_dump"),
        drop: expect.stringContaining("drop table"),
      },
    });
  });
});

describe("part by part", () => {
  const asked = {
    name: "2026-01",
    month: instant(Date.UTC(2026, 0, 1)),
    now: instant(Date.UTC(2026, 3, 1)),
    dryRun: false,
    actor: "test",
  };

  /** Ends when it is told to, as the work on the database does. */
  function untilTold() {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => undefined);
    const detachMonth: DetachMonth = async ({ signal, onProgress }) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      onProgress?.({ events: 5, balances: 1 });
      await promise;
      return { events: 7, balances: 2, table: "detached", archive: null, bytes: 1 };
    };
    return { detachMonth, finish: resolve, ended: promise };
  }

  test("it says how far it is until it has ended, and one month leaves at a time", async () => {
    const { detachMonth, finish } = untilTold();
    const runs = new DetachRuns(detachMonth, { partMs: 1 });
    const first = await runs.begin(asked);
    expect(first).toMatchObject({ done: null, counted: { events: 5 } });
    expect(() => runs.begin(asked)).toThrow("being detached already");
    expect(() => runs.goOn("stray")).toThrow("cursor");
    finish();
    const last = await runs.goOn(first.next ?? "");
    expect(last).toMatchObject({ next: null, done: { events: 7, table: "detached" } });
    expect(() => runs.goOn(first.next ?? "")).toThrow("cursor");
  });

  test("when nobody asks on, or the server stops, it ends", async () => {
    const left = untilTold();
    await new DetachRuns(left.detachMonth, { partMs: 1, idleMs: 1 }).begin(asked);
    await expect(left.ended).rejects.toThrow("Nobody asks");
    const stopped = untilTold();
    const runs = new DetachRuns(stopped.detachMonth, { partMs: 1 });
    await runs.begin(asked);
    await runs.stop();
    await expect(stopped.ended).rejects.toThrow("Nobody asks");
  });
});
