/** Monitoring: what this node answered in its last minutes, in the shapes that earlier dashboards poll. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRecentRequests } from "../../src/api/recent-requests.ts";
import { type RunningApi, runApi } from "./running-api.ts";

const AT = "/api/content-planning/monitoring";
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const NO_CACHE = { hits: 0, misses: 0, hit_rate: 0 };

let api: RunningApi;
let fay: string;

beforeAll(async () => {
  // Nobody listens there, so a call ends in a 502.
  api = await runApi({ PURSER_UPSTREAM_GEMINI: "http://127.0.0.1:9", GEMINI_API_KEY: "k" });
  fay = await api.addCustomer("fay");
});
afterAll(() => api.close());

const read = async (path: string, key = fay) =>
  (await api.ask("GET", `${AT}/${path}`, { key })).body;

test("whoever has a key may ask; without one it is 401", async () => {
  const service = await api.serviceKey();
  for (const path of ["health", "lightweight-stats", "api-stats", "cache-stats"]) {
    for (const key of [fay, service, api.adminKey]) {
      expect((await api.ask("GET", `${AT}/${path}`, { key })).status, path).toBe(200);
    }
    expect((await api.ask("GET", `${AT}/${path}?user_id=fay`, { key: fay })).status).toBe(200);
    expect((await api.ask("GET", `${AT}/${path}`)).status, path).toBe(401);
    const field = await api.ask("GET", `${AT}/${path}?surprise=1`, { key: fay });
    expect(field).toMatchObject({ status: 400, body: { field: "surprise" } });
  }
});

test("each answer has exactly its fields, bare", async () => {
  const bare = { success: true, status: "success", message: expect.any(String) };
  const numbers = {
    recent_requests: expect.any(Number),
    recent_errors: 0,
    error_rate: 0,
  };
  expect(await read("health")).toEqual({
    ...bare,
    data: {
      system_health: "healthy",
      icon: "🟢",
      api_performance: numbers,
      cache_performance: NO_CACHE,
      timestamp: expect.stringMatching(TIME),
    },
  });
  expect(await read("lightweight-stats")).toEqual({
    ...bare,
    data: { status: "healthy", icon: "🟢", ...numbers, timestamp: expect.stringMatching(TIME) },
  });
  expect(await read("cache-stats")).toEqual({ ...bare, data: { ...NO_CACHE, total_requests: 0 } });
  const stats = await read("api-stats");
  expect(stats).toMatchObject(bare);
  expect(stats.data).toEqual({
    timestamp: expect.stringMatching(TIME),
    overview: {
      total_requests: expect.any(Number),
      total_errors: 0,
      recent_requests: expect.any(Number),
      recent_errors: 0,
    },
    cache_performance: NO_CACHE,
    top_endpoints: expect.any(Array),
    recent_errors: [],
    system_health: { status: "healthy", error_rate: 0 },
  });
});

test("requests are counted by route pattern, without ids, and asking how we do is not counted", async () => {
  const before = (await read("api-stats")).data.overview;
  for (let index = 0; index < 3; index += 1) {
    await api.ask("GET", "/api/subscription/usage/fay", { key: fay });
  }
  await api.ask("GET", "/api/subscription/usage/somebody-else", { key: fay });
  await api.ask("GET", "/no/such/fay@example.com");
  await api.ask("GET", "/healthz");
  await read("health");
  const stats = await eventually("api-stats", ({ overview }) => {
    return overview.total_requests >= before.total_requests + 5;
  });
  expect(stats.overview).toMatchObject({
    total_requests: before.total_requests + 5,
    recent_requests: before.recent_requests + 5,
    // A refusal is an answer as it should be.
    total_errors: 0,
    recent_errors: 0,
  });
  const [usage] = stats.top_endpoints.filter(({ endpoint }: { endpoint: string }) =>
    endpoint.includes("/usage/"),
  );
  expect(usage).toEqual({
    endpoint: "GET /api/subscription/usage/:user_id",
    count: 4,
    avg_time: expect.any(Number),
    errors: 0,
    last_called: expect.stringMatching(TIME),
    cache_hit_rate: 0,
  });
  const text = JSON.stringify(stats);
  for (const word of ["fay", "somebody", "monitoring", "healthz"]) expect(text).not.toContain(word);
});

test("a provider that does not answer is an error, and many of them are critical", async () => {
  const before = (await read("api-stats?minutes=60")).data.overview;
  const call = { contents: [{ role: "user", parts: [{ text: "Hi" }] }] };
  const path = "/gemini/v1beta/models/gemini-2.5-flash:generateContent";
  for (let index = 0; index < 10; index += 1) {
    const answer = await api.ask("POST", path, { key: fay, body: call });
    expect(answer.status).toBe(502);
  }
  const stats = await eventually("api-stats?minutes=60", ({ overview }) => {
    return overview.total_errors >= 10;
  });
  expect(stats.overview.recent_requests).toBe(before.recent_requests + 10);
  expect(stats.recent_errors[0]).toEqual({
    timestamp: expect.stringMatching(TIME),
    path: expect.stringMatching(/^\/gemini\/v1beta\/models\W?.*generateContent$/),
    method: "POST",
    status_code: 502,
    duration: expect.any(Number),
  });
  expect(JSON.stringify(stats.recent_errors)).not.toContain("gemini-2.5-flash");
  const rate = Math.round((10 * 1_000) / stats.overview.recent_requests) / 10;
  expect(stats.system_health).toEqual({ status: "critical", error_rate: rate });
  expect((await read("health")).data).toMatchObject({ system_health: "critical", icon: "🔴" });
});

test.each(["0", "61", "-1", "1.5", "x"])("minutes must be from 1 to 60: %s", async (minutes) => {
  const answer = await api.ask("GET", `${AT}/api-stats?minutes=${minutes}`, { key: fay });
  expect(answer).toMatchObject({ status: 400, body: { field: "minutes" } });
});

describe("what is kept", () => {
  const ok = { method: "GET", path: "/a", statusCode: 200, durationMs: 10 };
  const MINUTE = 60_000;

  test("a minute is counted while it is within the minutes asked for, then forgotten", () => {
    let now = 100 * MINUTE;
    const recent = createRecentRequests(() => now);
    recent.add(ok);
    now += 5 * MINUTE + MINUTE - 1;
    recent.add({ ...ok, statusCode: 503, durationMs: 30 });
    expect(recent.within(5)).toMatchObject({
      requests: 2,
      errors: 1,
      endpoints: [{ endpoint: "GET /a", count: 2, errors: 1, durationMs: 40, lastAtMs: now }],
      failures: [{ path: "/a", statusCode: 503, atMs: now }],
    });
    now += 1;
    expect(recent.within(5).requests).toBe(1);
    expect(recent.within(60).requests).toBe(2);
    now += 61 * MINUTE;
    expect(recent.within(60)).toEqual({ requests: 0, errors: 0, endpoints: [], failures: [] });
    // Its place in the ring is another minute's by now.
    now = (100 + 61) * MINUTE;
    recent.add(ok);
    expect(recent.within(1)).toMatchObject({ requests: 1, endpoints: [{ count: 1 }] });
    expect(recent.total).toEqual({ requests: 3, errors: 1 });
  });

  test("however many routes and errors there are, what is kept is bounded, and no request is lost", () => {
    const recent = createRecentRequests(() => 0);
    for (let index = 0; index < 5_000; index += 1) {
      recent.add({ ...ok, path: `/${index}`, statusCode: 500 });
    }
    const { requests, endpoints, failures } = recent.within(60);
    expect(requests).toBe(5_000);
    expect(endpoints.length).toBeLessThanOrEqual(201);
    expect(endpoints.reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
    expect(endpoints[0]).toMatchObject({ endpoint: "*" });
    expect(failures.length).toBe(100);
    expect(failures[0]).toMatchObject({ path: "/4999" });
  });
});

/** An answer is counted when it has been sent, which its client may hear of first. */
async function eventually(
  path: string,
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  isThere: (data: any) => boolean,
  // biome-ignore lint/suspicious/noExplicitAny: the same.
): Promise<any> {
  for (let waited = 0; waited < 5_000; waited += 20) {
    const { data } = await read(path);
    if (isThere(data)) return data;
    await sleep(20);
  }
  throw new Error(`${path} did not come to say so.`);
}
