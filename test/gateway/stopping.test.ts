import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Script } from "../../src/demo/simulated/behaviour.ts";
import {
  type SimulatedProvider,
  startSimulatedProvider,
} from "../../src/demo/simulated-provider.ts";
import { type ServeProcess, serveProcess } from "./serve-process.ts";
import { chat, doorsTo, type Json, recordsIn, settingsFor } from "./stage.ts";

const CHAT = "/openai/v1/chat/completions";
let provider: SimulatedProvider;
let script: Script = () => undefined;
let dataDir: string;
let settings: ReturnType<typeof settingsFor>;
let running: ServeProcess[] = [];

beforeEach(async () => {
  provider = await startSimulatedProvider({
    delays: { firstMs: 0, betweenMs: 0 },
    script: (request) => script(request),
  });
  dataDir = mkdtempSync(join(tmpdir(), "purser-stopping-"));
  settings = settingsFor(provider, dataDir);
  running = [];
});
afterEach(async () => {
  for (const { child } of running) child.kill("SIGKILL");
  await provider.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function serve(more: Record<string, string> = {}): Promise<ServeProcess> {
  const served = await serveProcess({ ...settings, ...more });
  running.push(served);
  return served;
}

async function reached(count: number): Promise<void> {
  while (provider.requests.length < count) await sleep(10);
}

test("on SIGTERM new calls are refused, running ones end and are settled, and the exit code is 0", async () => {
  const served = await serve({ PURSER_SHUTDOWN_SECONDS: "4" });
  const { customer, post } = doorsTo(served.url, settings.PURSER_ADMIN_KEY);
  const key = await customer();
  script = () => ({ waitMs: 1_000, betweenMs: 20 });
  const whole = post(CHAT, key, chat("gpt-4.1-mini"));
  const streamed = post(CHAT, key, chat("gpt-4.1-mini", { stream: true }));
  await reached(2);
  const exited = served.end("SIGTERM");
  await sleep(300);
  const late = await post(CHAT, key, chat("gpt-4.1-mini")).catch(() => null);
  expect(late === null || late.status === 503).toBe(true);
  expect(await (await whole).text()).toContain("simulated");
  expect(await (await streamed).text()).toContain("[DONE]");
  expect(await exited).toBe(0);
  const { events, openHolds } = recordsIn(dataDir);
  expect(events(key).map(({ status_code, estimated }) => ({ status_code, estimated }))).toEqual([
    { status_code: 200, estimated: false },
    { status_code: 200, estimated: false },
  ]);
  expect(openHolds()).toBe(0);
});

test("a call that outlasts the deadline of a SIGTERM is cut off, metered and settled, and the exit code is 0", async () => {
  const served = await serve({ PURSER_SHUTDOWN_SECONDS: "1" });
  const { customer, post } = doorsTo(served.url, settings.PURSER_ADMIN_KEY);
  const key = await customer();
  script = () => ({ betweenMs: 50, outputTokens: 10_000 });
  const response = await post(
    CHAT,
    key,
    chat("gpt-4.1-mini", { stream: true, max_completion_tokens: 10_000 }),
  );
  const broken = response.text().then(
    () => false,
    () => true,
  );
  const startedAt = performance.now();
  expect(await served.end("SIGTERM")).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(6_000);
  expect(await broken).toBe(true);
  const { events, openHolds } = recordsIn(dataDir);
  expect(events(key)).toMatchObject([{ estimated: true, calls: 1 }]);
  expect(openHolds()).toBe(0);
});

test("kill -9 in the middle of 200 calls: every answer that a client had whole has its one event, and no hold stays open", async () => {
  const first = await serve();
  const doors = doorsTo(first.url, settings.PURSER_ADMIN_KEY);
  const key = await doors.customer();
  // Answers come over a second or so, JSON and streams; the kill falls among them.
  script = (request) => ({ waitMs: Number(request.json?.["seed"] ?? 0) * 10, outputTokens: 30 });
  const had: { id: string; output: number }[] = [];
  const calls = Array.from({ length: 200 }, async (_, index) => {
    const stream = index % 2 === 1;
    const more = stream ? { stream, stream_options: { include_usage: true } } : {};
    const response = await doors.post(CHAT, key, chat("gpt-4.1-mini", { seed: index, ...more }));
    const text = await response.text();
    if (response.status !== 200 || (stream && !text.includes("[DONE]"))) return;
    const output = Number(/"completion_tokens":(\d+)/.exec(text)?.[1]);
    had.push({ id: response.headers.get("x-purser-request-id") ?? "", output });
  });
  const ended = Promise.allSettled(calls);
  while (had.length < 60) await sleep(5);
  await first.end("SIGKILL");
  await ended;
  expect(had.length).toBeLessThan(200);

  const second = await serve();
  const { events, openHolds } = recordsIn(dataDir);
  const written = events(key);
  for (const { id, output } of had) {
    const mine = written.filter((event) => event.id === id);
    expect(mine).toHaveLength(1);
    expect(mine[0]).toMatchObject({ unconfirmed: false, estimated: false, usage: { output } });
  }
  expect(openHolds()).toBe(0);
  expect(new Set(written.map(({ id }) => id)).size).toBe(written.length);
  const open = written.filter(({ unconfirmed }) => unconfirmed);
  expect(open.length).toBeGreaterThan(0);
  expect(open.every(({ usage }) => (usage.input ?? 0) > 0)).toBe(true);
  const onward = await doorsTo(second.url, "").post(CHAT, key, chat("gpt-4.1-mini"));
  expect(onward.status).toBe(200);
  const answer: Json = await onward.json();
  expect(answer.usage.completion_tokens).toBe(30);
});
