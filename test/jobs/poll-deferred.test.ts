/** Work that is answered later is settled exactly once, whoever asks, however often, and whatever dies in between. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HOUR_MS, instant } from "../../src/core/instant.ts";
import type { Script } from "../../src/demo/simulated/behaviour.ts";
import {
  type SimulatedProvider,
  startSimulatedProvider,
} from "../../src/demo/simulated-provider.ts";
import { pollDeferred } from "../../src/jobs/poll-deferred.ts";
import { readConfig } from "../../src/server/config.ts";
import { openPurser, type Purser } from "../../src/server/open-purser.ts";
import { serveProcess } from "../gateway/serve-process.ts";
import { doorsTo, type Json, recordsIn, settingsFor } from "../gateway/stage.ts";

const RESPONSES = "/openai/v1/responses";
let provider: SimulatedProvider;
let script: Script = () => undefined;
let dataDir: string;
let settings: ReturnType<typeof settingsFor>;

beforeEach(async () => {
  script = () => undefined;
  provider = await startSimulatedProvider({
    delays: { firstMs: 0, betweenMs: 0 },
    script: (request) => script(request),
  });
  dataDir = mkdtempSync(join(tmpdir(), "purser-later-"));
  settings = settingsFor(provider, dataDir);
});
afterEach(async () => {
  await provider.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const background = { model: "gpt-5-mini", input: "Think.", background: true };

test("kill -9 between the beginning and the end: after a restart it is settled, once", async () => {
  const first = await serveProcess(settings);
  const doors = doorsTo(first.url, settings.PURSER_ADMIN_KEY);
  const key = await doors.customer();
  const begun: Json = await (await doors.post(RESPONSES, key, background)).json();
  expect(begun.status).toBe("queued");
  await first.end("SIGKILL");
  const records = recordsIn(dataDir);
  expect(records.holds()).toHaveLength(1);
  const second = await serveProcess(settings);
  try {
    // Starting has not ended the hold as a dead boot's.
    expect(records.events(key)).toEqual([]);
    expect(await records.eventsOnce(key, 1)).toMatchObject([
      { unconfirmed: false, estimated: false, calls: 1 },
    ]);
    expect(records.openHolds()).toBe(0);
    const again = await fetch(`${second.url}${RESPONSES}/${begun.id}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(again.status).toBe(200);
  } finally {
    await second.end("SIGTERM");
  }
  expect(records.events(key)).toHaveLength(1);
});

describe("asked by hand", () => {
  let purser: Purser;
  let server: Server;
  let key: string;
  let now: number;
  beforeEach(async () => {
    purser = await openPurser(readConfig({ ...settings, PURSER_LOG_LEVEL: "silent" }));
    now = Date.now();
    purser.parts.clock.set(instant(now));
    server = createServer((request, response) => {
      if (purser.gateway.takes(request.url ?? "")) purser.gateway.handle(request, response);
      else purser.api.server.emit("request", request, response);
    });
    await purser.api.ready();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const doors = doorsTo(url, settings.PURSER_ADMIN_KEY);
    key = await doors.customer();
    const response = await doors.post(RESPONSES, key, background);
    expect(response.status).toBe(200);
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await purser.close();
  });

  const records = () => recordsIn(dataDir);
  function rows(sql: string): Json[] {
    const database = new DatabaseSync(join(dataDir, "purser.db"), { readOnly: true });
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  }
  const pass = (ms: number) => {
    now += ms;
    purser.parts.clock.set(instant(now));
  };

  test("what is due is taken by one asker at a time, and ever more rarely", async () => {
    const { take } = purser.deferredWork;
    expect(await take(8)).toEqual([]);
    pass(2_500);
    const taken = await Promise.all([take(8), take(8), take(8)]);
    expect(taken.flat()).toHaveLength(1);
    expect(await take(8)).toEqual([]);
    const [row] = rows("select ask_at, asks from awaited");
    expect(row).toMatchObject({ asks: 1 });
    expect(row.ask_at - now).toBe(2_000);
    pass(2_000);
    expect(await take(8)).toHaveLength(1);
    expect(rows("select ask_at from awaited")[0].ask_at - now).toBe(3_000);
  });

  test("two askers of the same work settle it once", async () => {
    const { take, ask } = purser.deferredWork;
    pass(2_500);
    const [work] = await take(1);
    if (work === undefined) throw new Error("Nothing is due.");
    await ask(work);
    expect(records().events(key)).toEqual([]);
    await Promise.all([ask(work), ask(work), ask(work)]);
    await ask(work);
    expect(records().events(key)).toMatchObject([{ calls: 1, estimated: false }]);
    expect(records().openHolds()).toBe(0);
    expect(rows("select * from awaited")).toEqual([]);
    expect(rows("select sum(calls) as calls from rollups_hour")).toMatchObject([{ calls: 1 }]);
  });

  test("while the provider is away or fails nothing is settled, and then it is", async () => {
    const { take, ask } = purser.deferredWork;
    pass(2_500);
    const [work] = await take(1);
    if (work === undefined) throw new Error("Nothing is due.");
    for (const raw of [
      { status: 500, body: "{}" },
      { status: 404, body: '{"error":{}}' },
      { status: 200, body: "not json" },
      { status: 200, body: '{"status":"dreaming up"}' },
    ]) {
      script = () => ({ raw });
      await ask(work).catch(() => {});
      expect(records().events(key)).toEqual([]);
    }
    script = () => ({ cutAfter: 0 });
    await expect(ask(work)).rejects.toThrow();
    expect(records().openHolds()).toBe(1);
    script = () => undefined;
    await ask(work);
    await ask(work);
    expect(records().events(key)).toMatchObject([{ calls: 1, estimated: false }]);
  });

  test("a hold that ran out became an event at expected usage, which a late answer corrects once", async () => {
    const { take, ask } = purser.deferredWork;
    pass(27 * HOUR_MS);
    await purser.parts.sweep();
    expect(records().events(key)).toMatchObject([{ unconfirmed: true, usage: { output: 512 } }]);
    const [work] = await take(1);
    if (work === undefined) throw new Error("Nothing is due.");
    await ask(work);
    await Promise.all([ask(work), ask(work)]);
    const events = records().events(key);
    expect(events).toHaveLength(1);
    const corrections = rows("select reason, usage_delta from corrections");
    expect(corrections).toHaveLength(1);
    const delta: Json = JSON.parse(corrections[0].usage_delta);
    expect((events[0]?.usage.output ?? 0) + delta.output).toBeLessThan(100);
    expect(rows("select * from awaited")).toEqual([]);
  });

  test("a provider that never says is not asked for ever", async () => {
    const { take, ask } = purser.deferredWork;
    script = () => ({ raw: { status: 404, body: "{}" } });
    pass(9 * 24 * HOUR_MS);
    const [work] = await take(1);
    if (work === undefined) throw new Error("Nothing is due.");
    await ask(work);
    expect(rows("select * from awaited")).toEqual([]);
    await purser.parts.sweep();
    expect(records().events(key)).toMatchObject([{ unconfirmed: true }]);
  });
});

test("a round is bounded, goes on after a fault, and ends before it is stopped", async () => {
  const faults: unknown[] = [];
  let left = 1_000;
  let taken = 0;
  const polling = pollDeferred({
    take: async (most) => {
      const some = Math.min(most, left);
      left -= some;
      taken += some;
      return Array.from({ length: some }, (_, index) => index);
    },
    ask: async (work) => {
      if (work === 0) throw new Error("away");
    },
    everyMs: 20,
    onFault: (fault) => faults.push(fault),
  });
  while (taken === 0) await sleep(5);
  await sleep(5);
  expect(taken).toBeLessThanOrEqual(200);
  while (left > 0) await sleep(5);
  await polling.stop();
  expect(faults.length).toBe(125);
  const before = taken;
  left = 8;
  await sleep(60);
  expect(taken).toBe(before);
});
