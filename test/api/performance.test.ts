/** Percentiles, error rates and objectives of the deployment, over a real server. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let service: string;
beforeAll(async () => {
  api = await runApi();
  await setClock("2026-04-20T12:00:00Z");
  service = await api.serviceKey();
  // Told before anything is read: what is told late of a day that was read shows within minutes only.
  await tell("carol", MISTRAL_CALLS);
});
afterAll(() => api.close());

function setClock(now: string) {
  return api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } });
}

interface Told {
  readonly provider: string;
  readonly model: string;
  readonly day: string;
  readonly latencyMs: number;
  readonly failed?: boolean;
}

/** 100 calls on two days: 10 took too long, 3 failed, all of them yesterday. */
const MISTRAL_CALLS: readonly Told[] = Array.from({ length: 100 }, (_, index) => ({
  provider: "mistral",
  model: "mistral-small-latest",
  day: index < 60 ? "2026-04-14" : "2026-04-19",
  latencyMs: index >= 90 ? 5_000 : 300,
  failed: index >= 97,
}));

let told = 0;

/** Tells events, in portions that are accepted. */
async function tell(userId: string, events: readonly Told[]): Promise<void> {
  for (let at = 0; at < events.length; at += 1_000) {
    const portion = events.slice(at, at + 1_000).map((event) => {
      told += 1;
      return {
        id: `event-${told}`,
        timestamp: `${event.day}T09:00:00Z`,
        provider: event.provider,
        model: event.model,
        usage: { input: 10, output: 5 },
        latency_ms: event.latencyMs,
        status_code: event.failed === true ? 500 : 200,
      };
    });
    const path = `/api/subscription/usage/${userId}/events`;
    const answer = await api.ask("POST", path, { key: service, body: { events: portion } });
    expect(answer.body.data).toEqual({ recorded: portion.length, duplicates: 0, rejected: [] });
  }
}

/** Drawn latencies with a long tail, the same in every run. */
function drawnLatencies(count: number, middleMs: number): number[] {
  let state = 7;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Array.from({ length: count }, () => Math.max(1, Math.round(middleMs * (0.3 / next()))));
}

function exactAt(share: number, latencies: readonly number[]): number {
  const sorted = [...latencies].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
}

function expectWithin10Percent(given: number, exact: number): void {
  expect(Math.abs(given - exact)).toBeLessThanOrEqual(exact * 0.1);
}

const read = (query: string, key = api.adminKey) =>
  api.ask("GET", `/api/admin/performance${query}`, { key });

test("percentiles are within 10 % of the exact ones, error rates exact, over customers and days", async () => {
  const fast = drawnLatencies(600, 200);
  const slow = drawnLatencies(400, 3_000);
  const eventsOf = (latencies: readonly number[], provider: string, model: string) =>
    latencies.map((latencyMs, index) => ({
      provider,
      model,
      day: `2026-04-${10 + (index % 3)}`,
      latencyMs,
      failed: index % 20 === 0,
    }));
  const [ofGemini, ofOpenai] = [
    eventsOf(fast, "gemini", "gemini-2.5-flash"),
    eventsOf(slow, "openai", "gpt-4o"),
  ];
  await tell("ada", [...ofGemini.slice(0, 300), ...ofOpenai.slice(0, 200)]);
  await tell("bob", [...ofGemini.slice(300), ...ofOpenai.slice(200)]);

  const { status, body } = await read("?from=2026-04-10&to=2026-04-13");
  expect(status).toBe(200);
  expect(body.data).toMatchObject({ from: "2026-04-10", to: "2026-04-13", by: "provider_model" });
  const rows = [
    { named: { provider: "gemini", model: "gemini-2.5-flash" }, latencies: fast },
    { named: { provider: "openai", model: "gpt-4o" }, latencies: slow },
  ];
  expect(body.data.performance).toHaveLength(2);
  for (const [index, { named, latencies }] of rows.entries()) {
    const row = body.data.performance[index];
    expect(row).toMatchObject({
      ...named,
      events: latencies.length,
      measured: latencies.length,
      error_rate: 5,
    });
    expectWithin10Percent(row.p50_ms, exactAt(0.5, latencies));
    expectWithin10Percent(row.p95_ms, exactAt(0.95, latencies));
    expectWithin10Percent(row.p99_ms, exactAt(0.99, latencies));
  }
  const all = [...fast, ...slow];
  expect(body.data.all).toMatchObject({ events: 1_000, error_rate: 5 });
  expectWithin10Percent(body.data.all.p95_ms, exactAt(0.95, all));
});

test("a range looks at its own days, the last of them excluded, and goes by what is asked", async () => {
  const oneDay = await read("?from=2026-04-11&to=2026-04-12&by=provider");
  expect(oneDay.body.data.performance).toMatchObject([
    { provider: "gemini", events: 200 },
    { provider: "openai", events: 133 },
  ]);
  expect(oneDay.body.data.performance[0]).not.toHaveProperty("model");
  const byModel = await read("?from=2026-04-12T00:00:00Z&to=2026-04-12T10:00:00Z&by=model");
  expect(byModel.body.data.performance).toMatchObject([
    { model: "gemini-2.5-flash", events: 200 },
    { model: "gpt-4o", events: 133 },
  ]);
  const before = await read("?from=2026-04-01&to=2026-04-10");
  expect(before.body.data).toMatchObject({
    all: { p50_ms: null, p99_ms: null, error_rate: 0, events: 0, measured: 0 },
    performance: [],
  });
});

test("what happens today is seen at once, by default as the last of 30 days", async () => {
  const events = async () => (await read("")).body.data.all.events;
  expect(await events()).toBe(1_100);
  await tell("ada", [
    { provider: "gemini", model: "gemini-2.5-flash", day: "2026-04-20", latencyMs: 100 },
  ]);
  expect(await events()).toBe(1_101);
  const { data } = (await read("")).body;
  expect(data).toMatchObject({ from: "2026-03-22", to: "2026-04-21" });
});

test("each refusal of a range names the field; others than administrators are refused", async () => {
  const refused = [
    ["?from=yesterday", "from"],
    ["?from=2026-02-30", "from"],
    ["?from=2026-04-11&to=2026-04-11", "from"],
    ["?from=2024-01-01&to=2026-01-01", "from"],
    ["?to=99999", "to"],
    ["?by=customer", "by"],
    ["?window=7", "window"],
  ];
  for (const [query = "", field] of refused) {
    const { status, body } = await read(query);
    expect({ query, status, field: body.field }).toEqual({ query, status: 400, field });
  }
  expect((await read("", service)).status).toBe(403);
  expect((await api.ask("GET", "/api/admin/performance")).status).toBe(401);
});

const OBJECTIVES = [
  {
    name: "fast",
    provider: "mistral",
    kind: "latency",
    threshold_ms: 1_000,
    target_percent: 80,
    window_days: 7,
  },
  { name: "works", provider: "mistral", kind: "errors", target_percent: 98, window_days: 7 },
  { name: "barely", provider: "mistral", kind: "errors", target_percent: 96.5, window_days: 7 },
  { name: "only today", provider: "mistral", kind: "errors", target_percent: 99, window_days: 1 },
  { name: "of nobody", model: "none", kind: "errors", target_percent: 99, window_days: 90 },
];

test("objectives say what was reached and how much of the allowed misses is left", async () => {
  const empty = await api.ask("GET", "/api/admin/objectives", { key: api.adminKey });
  expect(empty.body.data).toEqual({ objectives: [] });
  const set = await api.ask("PUT", "/api/admin/objectives", {
    key: api.adminKey,
    body: { objectives: OBJECTIVES },
  });
  const [fast, works, barely, today, nobody] = OBJECTIVES;
  const expected = [
    // 20 misses are allowed, 10 happened.
    { ...fast, achieved_percent: 90, events: 100, budget_left_percent: 50, status: "met" },
    // 2 are allowed, 3 happened.
    { ...works, achieved_percent: 97, events: 100, budget_left_percent: -50, status: "broken" },
    // 3.5 are allowed: half a call of them is left, a seventh.
    { ...barely, achieved_percent: 97, events: 100, budget_left_percent: 14.3, status: "at_risk" },
    { ...today, achieved_percent: null, events: 0, budget_left_percent: null, status: "no_data" },
    { ...nobody, achieved_percent: null, events: 0, budget_left_percent: null, status: "no_data" },
  ];
  expect(set.body.data.objectives).toEqual(expected);
  const got = await api.ask("GET", "/api/admin/objectives", { key: api.adminKey });
  expect(got.body.data.objectives).toEqual(expected);
  const logged = await api.rows(
    "select actor, details from audit_log where action = 'objectives.set'",
  );
  expect(logged).toHaveLength(1);
  expect(JSON.parse(String(logged[0]?.["details"]))).toEqual({ objectives: OBJECTIVES });
});

test("an objective that cannot be kept is refused by field, and changes nothing", async () => {
  const fine = { name: "a", kind: "errors", target_percent: 99, window_days: 7 };
  const refused: [object, string][] = [
    [{ ...fine, kind: "latency" }, "objectives[0].threshold_ms"],
    [{ ...fine, threshold_ms: 5 }, "objectives[0].threshold_ms"],
    [{ ...fine, target_percent: 100 }, "objectives[0].target_percent"],
    [{ ...fine, target_percent: 99.99999 }, "objectives[0].target_percent"],
    [{ ...fine, window_days: 91 }, "objectives[0].window_days"],
    [{ ...fine, window_days: 0 }, "objectives[0].window_days"],
    [{ ...fine, name: "" }, "objectives[0].name"],
    [{ ...fine, kind: "uptime" }, "objectives[0].kind"],
    [{ ...fine, colour: "red" }, "objectives[0].colour"],
  ];
  const put = (objectives: unknown, key = api.adminKey) =>
    api.ask("PUT", "/api/admin/objectives", { key, body: { objectives } });
  for (const [objective, field] of refused) {
    const { status, body } = await put([objective]);
    expect({ status, field: body.field?.replace("body.", "") }).toEqual({ status: 400, field });
  }
  const twice = await put([fine, fine]);
  expect({ status: twice.status, field: twice.body.field }).toEqual({
    status: 400,
    field: "objectives[1].name",
  });
  expect((await put("none")).status).toBe(400);
  expect((await put([], service)).status).toBe(403);
  const kept = await api.ask("GET", "/api/admin/objectives", { key: api.adminKey });
  expect(kept.body.data.objectives).toHaveLength(OBJECTIVES.length);
});
