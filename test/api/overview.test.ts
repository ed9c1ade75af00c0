/** The deployment at a glance, over a real server, with numbers reckoned by hand. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let service: string;

/** Eve never called. Dora is on Free, without a subscription. */
beforeAll(async () => {
  api = await runApi();
  await setClock("2026-04-01T00:00:00Z");
  service = await api.serviceKey();
  await add({ id: "ada", plan_id: "pro" });
  await add({ id: "bob", plan_id: "pro", billing_cycle: "yearly" });
  await add({ id: "carol", plan_id: "basic" });
  await add({ id: "dora" });
  await add({ id: "eve", plan_id: "basic" });
  await setClock("2026-04-20T12:00:00Z");
  await tell("ada", 40, { provider: "openai", model: "gpt-4o", day: "2026-04-05", cost: "1.5" });
  await tell("ada", 10, {
    provider: "openai",
    model: "gpt-4o",
    day: "2026-04-06",
    cost: "0.5",
    failed: 4,
  });
  await tell("bob", 20, {
    provider: "anthropic",
    model: "claude-sonnet-5",
    day: "2026-04-06",
    cost: "0.25",
  });
  await tell("carol", 10, {
    provider: "gemini",
    model: "gemini-2.5-flash",
    day: "2026-04-19",
    cost: "4",
  });
  await tell("dora", 80, {
    provider: "gemini",
    model: "gemini-2.5-flash",
    day: "2026-04-20",
    cost: "0.01",
  });
});
afterAll(() => api.close());

function setClock(now: string) {
  return api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } });
}

async function add(body: object): Promise<void> {
  const answer = await api.ask("POST", "/api/admin/customers", { key: api.adminKey, body });
  expect(answer.status).toBe(201);
}

/** So many calls of one cost each. */
async function tell(
  userId: string,
  count: number,
  of: { provider: string; model: string; day: string; cost: string; failed?: number },
): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => ({
    id: `${of.provider}-${of.day}-${index}`,
    timestamp: `${of.day}T08:00:00Z`,
    provider: of.provider,
    model: of.model,
    usage: { input: 90, output: 10 },
    cost_usd: of.cost,
    status_code: index < (of.failed ?? 0) ? 500 : 200,
  }));
  const path = `/api/subscription/usage/${userId}/events`;
  const answer = await api.ask("POST", path, { key: service, body: { events } });
  expect(answer.body.data).toEqual({ recorded: count, duplicates: 0, rejected: [] });
}

const read = (query = "", key = api.adminKey) =>
  api.ask("GET", `/api/admin/overview${query}`, { key });

test("cost, revenue and margin of 30 days come out as reckoned by hand", async () => {
  const { status, body } = await read();
  expect(status).toBe(200);
  const { data } = body;
  // Ada 40 × 1.5 + 10 × 0.5 = 65, Bob 20 × 0.25 = 5, Carol 10 × 4 = 40, Dora 80 × 0.01 = 0.8.
  expect(data).toMatchObject({
    from: "2026-03-22",
    to: "2026-04-21",
    cost: 110.8,
    calls: 160,
    errors: 4,
    error_rate: 2.5,
    // 79 + 790 / 12 + 2 × 29.
    revenue: 202.833333333,
    monthly_revenue: 202.833333333,
    margin: 92.033333333,
    active_customers: 4,
    customers_total: 5,
  });
  expect(data.subscribers).toEqual([
    {
      plan_id: expect.any(Number),
      slug: "basic",
      name: "Basic",
      tier: "basic",
      subscribers: 2,
      monthly_revenue: 58,
    },
    {
      plan_id: expect.any(Number),
      slug: "pro",
      name: "Pro",
      tier: "pro",
      subscribers: 2,
      monthly_revenue: 144.833333333,
    },
  ]);
  expect(data.top_customers).toEqual([
    { user_id: "ada", cost: 65, calls: 50, plan: "pro", plan_price: 79, margin: 14 },
    { user_id: "carol", cost: 40, calls: 10, plan: "basic", plan_price: 29, margin: -11 },
    {
      user_id: "bob",
      cost: 5,
      calls: 20,
      plan: "pro",
      plan_price: 65.833333333,
      margin: 60.833333333,
    },
    { user_id: "dora", cost: 0.8, calls: 80, plan: null, plan_price: 0, margin: -0.8 },
  ]);
  expect(data.lowest_margins.map((row: { user_id: string }) => row.user_id)).toEqual([
    "carol",
    "dora",
    "ada",
    "bob",
  ]);
  expect(data.lowest_margins[0]).toEqual(data.top_customers[1]);
  expect(data.top_models).toEqual([
    { provider: "openai", model: "gpt-4o", cost: 65, calls: 50, tokens: 5_000, error_rate: 8 },
    {
      provider: "gemini",
      model: "gemini-2.5-flash",
      cost: 40.8,
      calls: 90,
      tokens: 9_000,
      error_rate: 0,
    },
    {
      provider: "anthropic",
      model: "claude-sonnet-5",
      cost: 5,
      calls: 20,
      tokens: 2_000,
      error_rate: 0,
    },
  ]);
});

test("each day of the range is there, and the days add up to the whole", async () => {
  const { data } = (await read("?from=2026-04-05&to=2026-04-08")).body;
  expect(data.by_day).toEqual([
    { day: "2026-04-05", cost: 60, calls: 40, errors: 0 },
    { day: "2026-04-06", cost: 10, calls: 30, errors: 4 },
    { day: "2026-04-07", cost: 0, calls: 0, errors: 0 },
  ]);
  // A tenth of a month's revenue.
  expect(data).toMatchObject({
    cost: 70,
    calls: 70,
    revenue: 20.283333333,
    monthly_revenue: 202.833333333,
    margin: -49.716666667,
    active_customers: 2,
  });
  expect((await read()).body.data.by_day).toHaveLength(30);
});

test("customers near a limit of their present period are named, once each, the nearest first", async () => {
  const { data } = (await read()).body;
  expect(data.near_limits).toEqual([
    {
      user_id: "dora",
      threshold_percentage: 80,
      provider: "gemini",
      meter: "calls",
      title: "API Usage Notice - Gemini",
      message: "You have used 80 of 100 Gemini API calls",
      created_at: "2026-04-20T12:00:00.000Z",
    },
    // Carol is at $40 of $50.
    expect.objectContaining({ user_id: "carol", threshold_percentage: 80, meter: "cost" }),
  ]);
  await setClock("2026-05-02T00:00:00Z");
  expect((await read()).body.data.near_limits).toEqual([]);
  await setClock("2026-04-20T12:00:00Z");
});

test("only administrators see it, and a bad range is refused by field", async () => {
  expect((await read("", service)).status).toBe(403);
  const customerKey = await api.addCustomer("frank");
  expect((await read("", customerKey)).status).toBe(403);
  const { status, body } = await read("?from=2026-05-01");
  expect({ status, field: body.field }).toEqual({ status: 400, field: "from" });
  expect((await read("?limit=5")).body.field).toBe("limit");
});

test("a trial, a pause and non-payment bring nothing in; a grace time does until it is over", async () => {
  const monthly = async () => (await read()).body.data.monthly_revenue;
  const post = async (path: string, body: object = {}) => {
    const { status, text } = await api.ask("POST", path, { key: api.adminKey, body });
    expect({ path, status, text }).toMatchObject({ path, status: 200 });
  };
  const before = await monthly();
  await add({ id: "gina" });
  const trial = { plan_id: "pro", billing_cycle: "monthly", trial_days: 30 };
  await post("/api/subscription/subscribe/gina", trial);
  expect(await monthly()).toBe(before);
  await add({ id: "hank", plan_id: "pro" });
  expect(await monthly()).toBeCloseTo(before + 79, 9);
  await post("/api/admin/customers/hank/pause");
  expect(await monthly()).toBe(before);
  await add({ id: "ivy", plan_id: "basic" });
  await post("/api/admin/customers/ivy/payment-failed", { grace_days: 3 });
  expect(await monthly()).toBeCloseTo(before + 29, 9);
  await setClock("2026-04-24T00:00:00Z");
  expect(await monthly()).toBe(before);
  await setClock("2026-04-20T12:00:00Z");
});
