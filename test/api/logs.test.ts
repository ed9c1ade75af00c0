/** The usage log: pages, filters, CSV. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { usageLogOf } from "../../src/insights/usage-log.ts";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let ada: string;
let service: string;

const COUNT = 25;
const START = Date.parse("2026-04-01T00:00:00Z");

beforeAll(async () => {
  api = await runApi();
  await setClock("2026-04-01T00:00:00Z");
  ada = await api.addCustomer("ada", "pro");
  service = await api.serviceKey();
  await setClock("2026-04-02T00:00:00Z");
  const events = Array.from({ length: COUNT }, (_, index) => ({
    id: `e${index}`,
    // Two share each instant, so that a page may end between them.
    timestamp: new Date(START + Math.floor(index / 2) * 60_000).toISOString(),
    provider: index % 5 === 0 ? "openai" : "gemini",
    model: index % 5 === 0 ? "gpt-4o" : "=cmd|evil",
    usage: { input: 1_000 + index, output: 10 },
    status_code: index === 3 ? 500 : 200,
    latency_ms: 250,
  }));
  await record(events);
});
afterAll(() => api.close());

const setClock = (now: string) =>
  api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } });
const record = (events: unknown[]) =>
  api.ask("POST", "/api/subscription/usage/ada/events", { key: service, body: { events } });
const logs = async (query = "") =>
  (await api.ask("GET", `/api/subscription/usage-logs${query}`, { key: ada })).body;
const inputs = (page: { logs: { tokens_input: number }[] }) =>
  page.logs.map((log) => log.tokens_input);

test("a line of the log has every field of the contract", async () => {
  const page = await logs("?provider=openai&limit=1");
  expect(page).toEqual({
    logs: [
      {
        id: expect.any(Number),
        event_id: expect.any(String),
        timestamp: "2026-04-01T00:10:00.000Z",
        provider: "openai",
        actual_provider_name: "openai",
        model_used: "gpt-4o",
        operation: "chat",
        endpoint: "chat",
        method: "POST",
        key_id: expect.any(String),
        source: "event",
        tokens_input: 1_020,
        tokens_output: 10,
        tokens_total: 1_030,
        cost_input: 0.00255,
        cost_output: 0.0001,
        cost_total: 0.00265,
        response_time: 0.25,
        status_code: 200,
        status: "success",
        error_message: null,
        billing_period: "2026-04-01",
        retry_count: 0,
        is_aggregated: false,
      },
    ],
    total_count: 5,
    limit: 1,
    offset: 0,
    has_more: true,
    next_cursor: expect.any(String),
  });
});

test("pages by cursor are whole and stable while new events come in", async () => {
  const whole = await logs();
  expect(whole).toMatchObject({ total_count: COUNT, has_more: false });
  expect(whole).not.toHaveProperty("next_cursor");

  const seen: number[] = [];
  let cursor = "";
  for (let pages = 0; pages < 10; pages += 1) {
    const page = await logs(`?limit=7${cursor}`);
    seen.push(...inputs(page));
    if (!page.has_more) break;
    cursor = `&cursor=${page.next_cursor}`;
    await record([{ id: `new${pages}`, provider: "gemini", model: "m", usage: { input: 1 } }]);
  }
  expect(seen).toEqual(inputs(whole));
});

test("pages by offset add up to the whole", async () => {
  const whole = inputs(await logs("?limit=5000"));
  const first = inputs(await logs("?limit=6"));
  const second = inputs(await logs("?limit=6&offset=6"));
  expect([...first, ...second]).toEqual(whole.slice(0, 12));
});

test("filters narrow the lines and the count alike", async () => {
  expect(await logs("?status_code=500")).toMatchObject({
    total_count: 1,
    logs: [{ status: "failed", tokens_input: 1_003 }],
  });
  expect(await logs("?model=gpt-4o")).toMatchObject({ total_count: 5 });
  expect(await logs("?billing_period=2026-04")).toMatchObject({ total_count: expect.any(Number) });
  expect(await logs("?billing_period=2026-03")).toMatchObject({ total_count: 0, logs: [] });
  const minute = "from=2026-04-01T00:02:00Z&to=2026-04-01T00:03:00Z";
  expect(await logs(`?${minute}`)).toMatchObject({ total_count: 2 });
});

test("a bad cursor, time or format is refused by name", async () => {
  expect(await logs("?cursor=abc")).toMatchObject({ error: "invalid_request", field: "cursor" });
  expect(await logs("?from=yesterday")).toMatchObject({ field: "from" });
  expect(await logs("?format=xml")).toMatchObject({ field: "format" });
  expect(await logs("?billing_period=April")).toMatchObject({ field: "billing_period" });
});

test("the log as CSV has the same lines, and no cell that a spreadsheet would run", async () => {
  const answer = await api.ask("GET", "/api/subscription/usage-logs?format=csv&limit=3", {
    key: ada,
  });
  expect(answer.headers.get("content-type")).toMatch(/^text\/csv/);
  expect(answer.headers.get("x-purser-next-cursor")).toMatch(/\S/);
  const lines = answer.text.trimEnd().split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^id,event_id,timestamp,provider/);
  const all = await api.ask("GET", "/api/subscription/usage-logs?format=csv", { key: ada });
  expect(all.text).toContain(",'=cmd|evil,");
  expect(all.text).not.toContain(",=cmd");
});

test("a page as JSON lines is the same page, one log a line", async () => {
  const [page, answer] = await Promise.all([
    logs("?limit=3"),
    api.ask("GET", "/api/subscription/usage-logs?format=jsonl&limit=3", { key: ada }),
  ]);
  expect(answer.headers.get("content-type")).toMatch(/^application\/x-ndjson/);
  expect(answer.headers.get("x-purser-next-cursor")).toBe(page.next_cursor);
  expect(answer.text.endsWith("\n")).toBe(true);
  const lines = answer.text.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(page.logs);
});

test("what is corrected is folded into its line, and the parts never exceed the total", () => {
  const row = {
    seq: 1n,
    id: "event",
    at: BigInt(START),
    period_start: BigInt(START),
    provider: "openai",
    model: "gpt-4o",
    answered_model: null,
    operation: "chat",
    endpoint: "chat",
    key_id: null,
    source: "event",
    status_code: 200n,
    usage: '{"input":100,"output":10}',
    cost: 300n,
    lines:
      '[{"bucket":"input","cost":0.0000002},{"bucket":"output","cost":0.0000001},{"bucket":"stated","cost":0}]',
    latency_ms: 0n,
    retry_count: 0n,
    error_message: null,
  };
  const corrections = [
    { usage_delta: '{"input":-60}', cost_delta: -100n },
    { usage_delta: '{"output":-5,"reasoning":1}', cost_delta: -50n },
  ];
  expect(usageLogOf(row, corrections)).toMatchObject({
    tokens_input: 40,
    tokens_output: 6,
    cost_input: 0.0000001,
    cost_output: 0.00000005,
    cost_total: 0.00000015,
  });
});
