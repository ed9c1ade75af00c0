/** The usage log of a customer with many calls: every filter, every page, every count as a recount says. */
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IS_POSTGRES } from "../ledger/test-database.ts";
import { type DrawnCall, drawCalls, inOrder, tellCalls } from "./drawn-logs.ts";
import { type RunningApi, runApi } from "./running-api.ts";
import { setClock } from "./usage-teller.ts";

const CALLS = drawCalls({ seed: 11, count: 3_500, from: "2026-02-20T00:00:00Z", days: 40 });

let api: RunningApi;
let bea: string;
let service: string;
/** In the order of the log. */
let all: readonly DrawnCall[];

beforeAll(async () => {
  api = await runApi();
  await setClock(api, "2026-02-15T10:00:00Z");
  bea = await api.addCustomer("bea", "enterprise");
  service = await api.serviceKey();
  await setClock(api, "2026-04-05T00:00:00Z");
  await tellCalls(api, { service, userId: "bea" }, CALLS);
  all = inOrder(CALLS, (await logs("limit=5000")).logs);
});
afterAll(() => api.close());

const logs = async (query: string, key = bea) =>
  (await api.ask("GET", `/api/subscription/usage-logs?${query}`, { key })).body;
const numbers = (page: { logs: { tokens_input: number }[] }) =>
  page.logs.map((log) => log.tokens_input);
const numbersOf = (calls: readonly DrawnCall[]) => calls.map(({ usage }) => usage.input);
const between = (from: string, to: string) => (call: DrawnCall) =>
  Date.parse(call.timestamp) >= Date.parse(from) && Date.parse(call.timestamp) < Date.parse(to);

const FILTERS: readonly (readonly [string, (call: DrawnCall) => boolean])[] = [
  ["", () => true],
  ["provider=gemini", ({ provider }) => provider === "gemini"],
  ["model=large", ({ model }) => model === "large"],
  ["operation=embedding", ({ operation }) => operation === "embedding"],
  ["status=failed", (call) => call.status_code >= 400],
  ["status=success", (call) => call.status_code < 400],
  ["status_code=429", (call) => call.status_code === 429],
  ["source=event", () => true],
  ["source=gateway", () => false],
  ["key_id=none", () => false],
  ["tag=team:red", ({ tags }) => tags["team"] === "red"],
  [`tag=${encodeURIComponent("team:blue, or so")}`, ({ tags }) => tags["team"] === "blue, or so"],
  ["billing_period=2026-03", between("2026-03-15T10:00:00Z", "2026-04-15T10:00:00Z")],
  [
    "billing_period=2026-02-15&status=failed",
    (call) =>
      between("2026-02-15T10:00:00Z", "2026-03-15T10:00:00Z")(call) && call.status_code >= 400,
  ],
  ["from=2026-03-01T00:00:00Z", between("2026-03-01T00:00:00Z", "2027-01-01T00:00:00Z")],
  [
    "from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:00Z",
    between("2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z"),
  ],
  [
    "from=2026-03-01T07:30:00Z&to=2026-03-09T21:07:00Z&provider=openai",
    (call) =>
      between("2026-03-01T07:30:00Z", "2026-03-09T21:07:00Z")(call) && call.provider === "openai",
  ],
  [
    "from=2026-03-01T07:30:00Z&to=2026-03-01T09:00:00Z",
    between("2026-03-01T07:30:00Z", "2026-03-01T09:00:00Z"),
  ],
  [
    "provider=openai&model=small&status_code=500&tag=team:Red&to=2026-03-20T01:00:00Z",
    (call) =>
      between("2026-01-01T00:00:00Z", "2026-03-20T01:00:00Z")(call) &&
      call.provider === "openai" &&
      call.model === "small" &&
      call.status_code === 500 &&
      call.tags["team"] === "Red",
  ],
];

describe.each(FILTERS)("the filter %j", (query, isWanted) => {
  let wanted: number[];
  beforeAll(() => {
    wanted = numbersOf(all.filter(isWanted));
  });

  test("gives the lines that are wanted, in order, and counts them", async () => {
    const page = await logs(`limit=5000&${query}`);
    expect(numbers(page)).toEqual(wanted);
    expect(page.total_count).toBe(wanted.length);
    expect(page).not.toHaveProperty("total_count_is_capped");
  });

  test("gives them page by page, each once", async () => {
    const seen: number[] = [];
    let cursor = "";
    for (let pages = 0; pages < 20; pages += 1) {
      const page = await logs(`limit=331&${query}${cursor}`);
      expect(page.total_count).toBe(wanted.length);
      seen.push(...numbers(page));
      if (!page.has_more) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect(seen).toEqual(wanted);
  });

  test("gives them by offset, near and deep", async () => {
    for (const offset of [0, 1, 100, 1_999, 2_000, 2_001, 2_345, 3_400, 3_499, 3_500, 9_000]) {
      const page = await logs(`limit=7&offset=${offset}&${query}`);
      expect([offset, ...numbers(page)]).toEqual([offset, ...wanted.slice(offset, offset + 7)]);
      expect(page.has_more).toBe(wanted.length > offset + 7);
    }
  });
});

test("pages go on while earlier events are told: what was there comes once, and nothing twice", async () => {
  await api.addCustomer("cyd", "enterprise");
  const calls = drawCalls({ seed: 12, count: 300, from: "2026-03-01T00:00:00Z", days: 1 });
  const later = drawCalls({ seed: 13, count: 300, from: "2026-03-01T00:00:00Z", days: 1 });
  await tellCalls(api, { service, userId: "cyd" }, calls);
  const seen: string[] = [];
  let cursor = "";
  for (let pages = 0; pages < 100; pages += 1) {
    const page = await logs(`user_id=cyd&limit=10${cursor}`, service);
    seen.push(...page.logs.map((log: { event_id: string }) => log.event_id));
    if (!page.has_more) break;
    cursor = `&cursor=${page.next_cursor}`;
    const more = later.slice(pages * 10, pages * 10 + 10);
    if (more.length > 0) await tellCalls(api, { service, userId: "cyd" }, more);
  }
  expect(new Set(seen).size).toBe(seen.length);
  const rows = await api.rows(
    "select k.event_id, k.source_id from event_keys k where k.source_id like 'drawn-12-%'",
  );
  expect(rows).toHaveLength(300);
  expect(rows.filter(({ event_id }) => !seen.includes(String(event_id)))).toEqual([]);
});

test.runIf(IS_POSTGRES)(
  "an event whose number is lower and that is committed later comes once, on either side of a page's end",
  async () => {
    await api.addCustomer("dan", "enterprise");
    const calls = Array.from({ length: 4 }, (_, index) => ({
      ...(CALLS[0] as DrawnCall),
      id: `same-${index}`,
      timestamp: "2026-03-01T00:00:00.000Z",
      usage: { input: index + 1 },
    }));
    const sql = postgres(api.databaseUrl ?? "", { max: 1 });
    const late = await sql`select nextval('event_numbers') as seq from generate_series(1, 2)`;
    await tellCalls(api, { service, userId: "dan" }, calls.slice(0, 2));
    const first = await logs("user_id=dan&limit=1", service);
    // Drawn before the others, and seen after them.
    for (const { seq } of late) {
      await sql`insert into events select ${seq} as seq, id || ${seq}, customer_id, key_id, at, period_start, provider,
        model, answered_model, operation, endpoint, source, streamed, status_code, calls, usage, cost, lines, stated_cost,
        latency_ms, first_token_ms, retry_count, estimated, unconfirmed, unpriced, overrun
        from events where id = ${first.logs[0].event_id}`;
    }
    await sql.end();
    const rest = await logs(`user_id=dan&limit=10&cursor=${first.next_cursor}`, service);
    const ids = [...first.logs, ...rest.logs].map(({ id }: { id: number }) => id);
    expect(ids).toHaveLength(4);
    expect(ids).toEqual([...ids].sort((one, other) => other - one));
  },
);

test("the filter by key knows the key's id", async () => {
  const [log] = (await logs("limit=1")).logs;
  const page = await logs(`limit=1&key_id=${log.key_id}`);
  expect(page).toMatchObject({ total_count: CALLS.length, logs: [log] });
});

test("skipping far by what no sum knows is refused, and so is a filter that is none", async () => {
  expect(await logs("offset=10001&status_code=200")).toMatchObject({ field: "offset" });
  expect((await logs("offset=1000000000")).logs).toEqual([]);
  for (const query of ["status=odd", "source=odd", "tag=team", "tag=:red", "status_code=1.5"]) {
    expect(await logs(query)).toMatchObject({
      error: "invalid_request",
      field: query.slice(0, query.indexOf("=")),
    });
  }
});

describe("one call", () => {
  const story = async (id: string, key: string, query = "") =>
    api.ask("GET", `/api/subscription/usage-logs/${id}${query}`, { key });

  test("is told whole, to its customer, and to whoever may ask for anybody", async () => {
    const [log] = (await logs("limit=1&provider=openai&status=success")).logs;
    const own = await story(log.event_id, bea);
    expect(own.status).toBe(200);
    expect(own.body.data).toMatchObject({
      event_id: log.event_id,
      user_id: "bea",
      key_id: log.key_id,
      timestamp: log.timestamp,
      provider: "openai",
      model: log.model_used,
      model_requested: log.model_used,
      operation: log.operation,
      source: "event",
      usage: { input: log.tokens_input },
      cost: log.cost_total,
      status_code: 200,
      status: "success",
      error_message: null,
      tags: { 'odd"team': "red" },
      billing_period: log.billing_period,
      corrections: [],
      corrected: { usage: { input: log.tokens_input }, cost: log.cost_total },
    });
    for (const query of ["", "?user_id=bea"]) {
      expect((await story(log.event_id, service, query)).body).toEqual(own.body);
    }
    expect((await story(log.event_id, api.adminKey)).body).toEqual(own.body);
  });

  test("is not there for another customer, nor under another's name or an odd id", async () => {
    const eve = await api.addCustomer("eve");
    const [log] = (await logs("limit=1")).logs;
    const nobodys = "019ab1c2-0000-7000-8000-000000000000";
    const answers = [
      await story(log.event_id, eve),
      await story(nobodys, eve),
      await story(log.event_id, service, "?user_id=eve"),
      await story("odd", bea),
    ];
    for (const { status, body } of answers) {
      expect([status, body.error]).toEqual([404, "not_found"]);
    }
    expect(new Set(answers.map(({ body }) => body.message)).size).toBe(1);
  });

  test("shows what was corrected since, and what it is worth now", async () => {
    const body = {
      id: "hold-1",
      user_id: "bea",
      provider: "openai",
      model: "gpt-4o-mini",
      max_output_tokens: 10,
      input_tokens: 100,
      ttl_seconds: 1,
    };
    const held = await api.ask("POST", "/api/subscription/reservations", { key: service, body });
    const id = held.body.data.reservation_id;
    // Its end is not heard of: it becomes an event at what was expected, and the settle corrects that.
    await setClock(api, "2026-04-05T00:10:00Z");
    const path = `/api/subscription/reservations/${id}/settle`;
    const usage = { input: 40, output: 2 };
    await api.ask("POST", path, { key: service, body: { usage, cost_usd: "0.5" } });
    const { data } = (await story(id, bea)).body;
    expect(data).toMatchObject({ event_id: id, unconfirmed: true, source: "reservation" });
    expect(data.corrections).toHaveLength(1);
    const [correction] = data.corrections;
    expect(data.corrected).toEqual({ usage: expect.objectContaining(usage), cost: 0.5 });
    expect(data.usage.input + correction.usage.input).toBe(40);
    expect(correction.cost + data.cost).toBeCloseTo(0.5, 9);
    expect((await logs("limit=1&from=2026-04-05T00:00:00Z")).logs[0]).toMatchObject({
      event_id: id,
      tokens_input: 40,
      cost_total: 0.5,
    });
  });
});
