import { request as httpRequest, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { chat, type Stage, setStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());
afterEach(() => {
  stage.script = null;
});

const CHAT = "/openai/v1/chat/completions";
const streamed = (model: string, more = {}) => chat(model, { stream: true, ...more });

/** The same request, straight to the provider. */
async function direct(
  provider: "openai" | "anthropic" | "gemini" | "mistral",
  path: string,
  body: unknown,
) {
  const response = await fetch(stage.provider.upstream(provider) + path, {
    method: "POST",
    headers: { authorization: "Bearer direct", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return Buffer.from(await response.arrayBuffer());
}

test("the first event reaches the client while the provider is still sending", async () => {
  const key = await stage.customer();
  stage.script = () => ({ betweenMs: 25, outputTokens: 20 });
  const startedAt = performance.now();
  const response = await stage.post(CHAT, key, streamed("gpt-4.1-mini"));
  const reader = response.body?.getReader();
  const first = await reader?.read();
  const firstMs = performance.now() - startedAt;
  expect(Buffer.from(first?.value ?? []).toString()).toContain('"role":"assistant"');
  expect(stage.openHolds()).toBe(1);
  while (!(await reader?.read())?.done);
  expect(performance.now() - startedAt - firstMs).toBeGreaterThan(20 * 25 * 0.8);
  const [event] = await stage.eventsOnce(key, 1);
  expect(event?.first_token_ms).toBeLessThan(event?.latency_ms ?? 0);
});

test("the head of a stream reaches the client before its first piece", async () => {
  const key = await stage.customer();
  const gate = Promise.withResolvers<void>();
  stage.script = () => ({ waitBody: gate.promise });
  const response = await stage.post(CHAT, key, streamed("gpt-4.1-mini"));
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  expect(stage.openHolds()).toBe(1);
  gate.resolve();
  expect(await response.text()).toContain("[DONE]");
});

test("an answer's bytes equal the provider's, but for a usage chunk that the client had not asked for", async () => {
  const key = await stage.customer();
  const bytes = async (path: string, body: unknown) =>
    Buffer.from(await (await stage.post(path, key, body)).arrayBuffer());

  const asked = streamed("gpt-4.1-mini", { stream_options: { include_usage: true } });
  const fromProvider = await direct("openai", "/v1/chat/completions", asked);
  expect(await bytes(CHAT, asked)).toEqual(fromProvider);
  expect(fromProvider.toString()).toContain('"choices":[],');

  const unasked = await bytes(CHAT, streamed("gpt-4.1-mini"));
  expect(unasked.toString()).not.toContain('"choices":[],');
  expect(unasked.toString()).toMatch(/data: \[DONE\]\n\n$/);
  const [, event] = await stage.eventsOnce(key, 2);
  expect(event).toMatchObject({ estimated: false, streamed: true });

  const whole = chat("gpt-4.1-mini");
  expect(await bytes(CHAT, whole)).toEqual(await direct("openai", "/v1/chat/completions", whole));
  const anthropic = {
    model: "claude-haiku-4-5",
    max_tokens: 60,
    stream: true,
    messages: [{ role: "user", content: "x" }],
  };
  expect(await bytes("/anthropic/v1/messages", anthropic)).toEqual(
    await direct("anthropic", "/v1/messages", anthropic),
  );
  const mistral = {
    model: "mistral-small-latest",
    stream: true,
    messages: [{ role: "user", content: "x" }],
  };
  expect(await bytes("/mistral/v1/chat/completions", mistral)).toEqual(
    await direct("mistral", "/v1/chat/completions", mistral),
  );
  const gemini = { contents: [{ parts: [{ text: "x" }] }] };
  for (const path of [
    "streamGenerateContent?alt=sse",
    "streamGenerateContent",
    "generateContent",
  ]) {
    const whole = `/v1beta/models/gemini-2.5-flash:${path}`;
    expect(await bytes(`/gemini${whole}`, gemini)).toEqual(await direct("gemini", whole, gemini));
  }
  const events = await stage.eventsOnce(key, 8);
  expect(events.every(({ estimated }) => !estimated)).toBe(true);
});

test("a client that hangs up in the middle of a stream is metered, and the provider's work is stopped", async () => {
  const key = await stage.customer();
  stage.script = () => ({ betweenMs: 10, outputTokens: 500 });
  const leaving = new AbortController();
  const response = await stage.post(CHAT, key, streamed("gpt-4.1-mini"), {
    signal: leaving.signal,
  });
  const reader = response.body?.getReader();
  for (let pieces = 0; pieces < 5; pieces += 1) await reader?.read();
  leaving.abort();
  const [event] = await stage.eventsOnce(key, 1);
  expect(event).toMatchObject({ status_code: 499, estimated: true, calls: 1 });
  expect(event?.usage.output).toBeGreaterThan(0);
  expect(event?.usage.output).toBeLessThan(200);
  expect(stage.openHolds()).toBe(0);
});

test("a client that hangs up before an answer is metered at what was expected", async () => {
  const key = await stage.customer();
  stage.script = () => ({ hang: true });
  const leaving = new AbortController();
  const answered = stage
    .post(CHAT, key, chat("gpt-4.1-hangup"), { signal: leaving.signal })
    .catch(() => null);
  while (stage.reached("gpt-4.1-hangup") === 0) await sleep(10);
  leaving.abort();
  await answered;
  const [event] = await stage.eventsOnce(key, 1);
  expect(event).toMatchObject({ status_code: 499, estimated: true, calls: 1 });
  expect(stage.openHolds()).toBe(0);
});

test("a slow client slows the provider down instead of filling memory", async () => {
  const key = await stage.customer();
  const piece = `data: {"model":"m","choices":[{"index":0,"delta":{"content":"${"a".repeat(65_536)}"}}]}\n\n`;
  const PIECES = 1_500; // About 100 MB.
  let sent = 0;
  stage.script = () => ({
    stream: (function* () {
      for (; sent < PIECES; sent += 1) yield piece;
      yield "data: [DONE]\n\n";
    })(),
  });
  const before = process.memoryUsage().rss;
  const response = await new Promise<IncomingMessage>((resolve) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const request = httpRequest(stage.url + CHAT, { method: "POST", headers }, resolve);
    request.end(JSON.stringify(streamed("gpt-4.1-mini")));
  });
  // Nobody reads the response: what is in flight must stay in sockets and small buffers.
  await sleep(1_000);
  const stoppedAt = sent;
  await sleep(500);
  expect(sent).toBe(stoppedAt);
  expect(sent).toBeLessThan(PIECES / 2);
  expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(50);
  expect(stage.openHolds()).toBe(1);
  let received = 0;
  for await (const chunk of response) received += chunk.length;
  expect(received).toBe(PIECES * piece.length + "data: [DONE]\n\n".length);
  await stage.eventsOnce(key, 1);
});

test("a provider that does not end its connection after the last event does not keep the client waiting", async () => {
  const key = await stage.customer();
  stage.script = () => ({ endLate: true });
  const startedAt = performance.now();
  const response = await stage.post(CHAT, key, streamed("gpt-4.1-mini"));
  expect(await response.text()).toContain("data: [DONE]\n\n");
  expect(performance.now() - startedAt).toBeLessThan(4_000);
  expect((await stage.eventsOnce(key, 1))[0]).toMatchObject({ status_code: 200, estimated: false });
});
