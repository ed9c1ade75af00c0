/** The live stream: what happens is told once, in order, to whom it is meant for, and can be gone on with. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createListener } from "../../src/insights/live/listener.ts";
import { type Block, type LiveReader, listenAt } from "./live-reader.ts";
import { type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let subscriber: Subscriber;
let ada: string;
let bob: string;
const open: LiveReader[] = [];
let made = 0;

beforeAll(async () => {
  api = await runApi({ PURSER_CORS_ORIGINS: "https://app.example.com" });
  subscriber = await subscriberOf(api);
  await subscriber.setClock("2026-04-10T00:00:00Z");
  ada = await api.addCustomer("ada", "pro");
  bob = await api.addCustomer("bob", "free");
});
afterEach(() => {
  for (const reader of open.splice(0)) reader.leave();
});
afterAll(() => api.close());

async function listen(
  of: { key?: string; userId?: string; after?: string; query?: string } = {},
): Promise<LiveReader> {
  const reader = await listenAt(api.url, { key: ada, userId: "ada", ...of });
  open.push(reader);
  return reader;
}

/** Records as many calls; their input tokens are 1, 2, 3 … */
async function record(userId: string, count = 1): Promise<void> {
  made += count;
  const events = Array.from({ length: count }, (_, index) => ({
    id: `e${made - index}`,
    provider: "gemini",
    model: "gemini-2.5-flash",
    usage: { input: index + 1 },
  }));
  const path = `/api/subscription/usage/${userId}/events`;
  const answer = await api.ask("POST", path, { key: subscriber.service, body: { events } });
  expect(answer.body.data.recorded).toBe(count);
}

async function take(reader: LiveReader, count: number): Promise<Block[]> {
  const blocks: Block[] = [];
  while (blocks.length < count) {
    const block = await reader.next();
    if (block === null) break;
    blocks.push(block);
  }
  return blocks;
}
const inputs = (blocks: readonly Block[]) => blocks.map(({ data }) => data.tokens_input);

test("a call is told as its line of the log, with what its period has come to", async () => {
  const reader = await listen();
  expect(reader.headers.get("content-type")).toMatch(/^text\/event-stream/);
  await record("ada");
  const told = await reader.next();
  const { logs } = (await api.ask("GET", "/api/subscription/usage-logs?limit=1", { key: ada }))
    .body;
  const usage = await subscriber.read("usage/@", "ada");
  expect(told).toEqual({
    event: "usage",
    id: expect.stringMatching(/^\d+-\d+-\d+-\d+$/),
    data: {
      ...logs[0],
      is_correction: false,
      period_totals: { total_calls: usage.total_calls, total_cost: usage.total_cost },
    },
  });
});

test("changes of the subscription and alerts are told, and nothing of another customer", async () => {
  const [own, others] = [await listen(), await listen({ key: bob, userId: "bob" })];
  await subscriber.change("cancel", "ada", { at: "period_end" });
  expect(await own.next()).toMatchObject({
    event: "subscription",
    data: { kind: expect.any(String), subscription: { cancel_at_period_end: true } },
  });
  // Free has 100 calls to Gemini.
  await record("bob", 80);
  const told = await take(others, 81);
  expect(told.filter(({ event }) => event === "usage")).toHaveLength(80);
  expect(told.at(-1)).toMatchObject({
    event: "alert",
    data: { threshold_percentage: 80, provider: "gemini", is_read: false },
  });
  await subscriber.change("resume", "ada", {});
  expect(await own.next()).toMatchObject({ event: "subscription" });
});

test("what is corrected later is told again as its event then is", async () => {
  const held = await subscriber.reserve("ada");
  const { reservation_id: id } = held.body.data;
  const reader = await listen();
  // The hold's deadline goes by, and then the application says what was used after all.
  await subscriber.setClock("2026-04-10T06:00:00Z");
  expect(await reader.next()).toMatchObject({ data: { event_id: id, is_correction: false } });
  await api.ask("POST", `/api/subscription/reservations/${id}/settle`, {
    key: subscriber.service,
    body: { usage: { input: 700 } },
  });
  expect(await reader.next()).toMatchObject({
    event: "usage",
    data: { event_id: id, tokens_input: 700, is_correction: true },
  });
});

test("who comes again is told what was missed and then what comes, each once", async () => {
  const first = await listen();
  await record("ada", 3);
  const [heard] = await take(first, 1);
  first.leave();
  await record("ada", 2);
  await subscriber.change("cancel", "ada", { at: "period_end" });
  const after = heard?.id ?? "";
  const again = await listen({ after });
  const missed = await take(again, 5);
  expect(inputs(missed.slice(0, 4))).toEqual([2, 3, 1, 2]);
  expect(missed[4]?.event).toBe("subscription");
  await record("ada", 1);
  expect(inputs(await take(again, 1))).toEqual([1]);
  again.leave();
  // A browser's way; and from an event that was itself told as missed, while somebody else listens.
  await listen();
  const third = await listen({ query: `?last_event_id=${missed[2]?.id}` });
  const events = await take(third, 3);
  expect(events.map(({ event }) => event)).toEqual(["usage", "usage", "subscription"]);
  expect(inputs(events.slice(0, 2))).toEqual([2, 1]);
  await subscriber.change("resume", "ada", {});
});

test("the place that a stream begins at can be gone on from, though nothing was told yet", async () => {
  const quiet = await listen();
  quiet.leave();
  await record("ada", 2);
  const again = await listen({ after: quiet.startId });
  expect(inputs(await take(again, 2))).toEqual([1, 2]);
});

test("all listeners of a customer are told the same, a thousand at once too", async () => {
  const readers = [await listen(), await listen({ key: subscriber.service })];
  await record("ada", 1_000);
  const wanted = Array.from({ length: 1_000 }, (_, index) => index + 1);
  for (const reader of readers) {
    const told = await take(reader, 1_000);
    const numbers = told.map(({ data }) => data.id);
    // In the order of writing, which is not the order of the request.
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    expect(inputs(told).toSorted((one, other) => one - other)).toEqual(wanted);
  }
  // And nothing twice.
  await record("ada", 1);
  const before = await api.rows("select max(seq) as seq from events");
  for (const reader of readers) {
    expect(BigInt((await reader.next())?.data.id)).toBe(BigInt(String(before[0]?.["seq"])));
  }
});

test("who missed more than a thousand events is told to read anew, and then what comes", async () => {
  const { startId } = await listen();
  await record("ada", 1_000);
  await record("ada", 1);
  const again = await listen({ after: startId });
  const reset = await again.next();
  expect(reset).toMatchObject({ event: "reset", data: { reason: expect.any(String) } });
  await record("ada", 1);
  expect(await again.next()).toMatchObject({ event: "usage", data: { tokens_input: 1 } });
  const beyond = await listen({ after: "999999999-0-0-0" });
  expect(await beyond.next()).toMatchObject({ event: "reset" });
});

test("others, nobody, and a place that is none are refused", async () => {
  expect((await listen({ userId: "bob" })).status).toBe(403);
  expect((await listen({ key: "purser_customer_wrong" })).status).toBe(401);
  expect((await listen({ key: subscriber.service, userId: "nobody" })).status).toBe(404);
  const bad = await listen({ query: "?last_event_id=yesterday" });
  expect(bad.status).toBe(400);
  expect(JSON.parse(bad.failure)).toMatchObject({ field: "last_event_id" });
});

test("a customer has ten streams, and another one where one is closed", async () => {
  const ten = await Promise.all(Array.from({ length: 10 }, () => listen()));
  expect(ten.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  const eleventh = await listen();
  expect(eleventh.status).toBe(429);
  expect(JSON.parse(eleventh.failure)).toMatchObject({
    error: "too_many_requests",
    retry_after_seconds: expect.any(Number),
  });
  expect((await listen({ key: bob, userId: "bob" })).status).toBe(200);
  ten[0]?.leave();
  await expect.poll(async () => (await listen()).status, { timeout: 20_000 }).toBe(200);
});

test("a page of an allowed origin may read it", async () => {
  const answer = await fetch(`${api.url}/api/subscription/stream/ada`, {
    headers: { authorization: `Bearer ${ada}`, origin: "https://app.example.com" },
  });
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
  await answer.body?.cancel();
});

test("a revoked key's stream ends", async () => {
  const path = "/api/admin/customers/ada/keys";
  const body = { name: "short" };
  const { key, id } = (await api.ask("POST", path, { key: api.adminKey, body })).body.data;
  const reader = await listen({ key });
  expect(reader.status).toBe(200);
  await api.ask("POST", `/api/admin/keys/${id}/revoke`, { key: api.adminKey });
  expect(await reader.next()).toBeNull();
});

test("a reader who does not read is cut off, and one who does is not", () => {
  const [slow, quick] = [createListener(), createListener()];
  quick.stream.resume();
  for (let count = 0; count < 4_100; count += 1) slow.push("x".repeat(20_000));
  expect(slow.stream.destroyed).toBe(true);
  expect(quick.stream.destroyed).toBe(false);
});

test("a server that stops ends its streams", async () => {
  const other = await runApi();
  const key = await other.addCustomer("eve");
  const reader = await listenAt(other.url, { key, userId: "eve" });
  await other.close();
  expect(await reader.next()).toBeNull();
});
