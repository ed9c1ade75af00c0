/** The dashboard of the REST contract, number for number. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";
import { page, setClock, type ToldUse, tellUse } from "./usage-teller.ts";

let api: RunningApi;
let service: string;

beforeAll(async () => {
  api = await runApi();
  service = await api.serviceKey();
});
afterAll(() => api.close());

/** 1,250 calls for $15.75. */
const EXAMPLE: readonly ToldUse[] = [
  {
    provider: "gemini",
    model: "gemini-2.5-flash",
    calls: 800,
    cost: 10_500_000_000n,
    tokens: 125_000,
  },
  { provider: "openai", model: "gpt-4o", calls: 450, cost: 5_250_000_000n, tokens: 85_000 },
];

const AS_IN_THE_CONTRACT = {
  current_usage: {
    total_calls: 1250,
    total_cost: 15.75,
    usage_status: "active",
    provider_breakdown: {
      gemini: { calls: 800, cost: 10.5, tokens: 125000 },
      openai: { calls: 450, cost: 5.25, tokens: 85000 },
    },
  },
  limits: { plan_name: "Pro", limits: { gemini_calls: 5000, monthly_cost: 150.0 } },
  usage_percentages: { gemini_calls: 16.0, cost: 10.5 },
  projections: { projected_monthly_cost: 47.25, projected_usage_percentage: 31.5 },
};

test("on day 10 of 30 the example of the contract comes out number for number", async () => {
  await setClock(api, "2026-04-01T12:00:00Z");
  const ada = await api.addCustomer("ada", "pro");
  await setClock(api, "2026-04-11T12:00:00Z");
  await tellUse(api, { service, userId: "ada" }, EXAMPLE);
  const dashboard = await page(api, ada, "dashboard/ada");
  expect(dashboard).toMatchObject(AS_IN_THE_CONTRACT);
  expect(dashboard.projections).toMatchObject({
    cost_limit: 150,
    projected_calls: 3750,
    method: "straight_line",
  });
  expect(dashboard.projections.low).toBeLessThanOrEqual(47.25);
  expect(dashboard.projections.high).toBeGreaterThanOrEqual(47.25);
  expect(dashboard.projections.low).toBeGreaterThanOrEqual(15.75);
  expect(dashboard.current_period_usage).toEqual(dashboard.current_usage);
  expect(dashboard.total_usage).toMatchObject({ billing_period: "all", total_calls: 1250 });
  expect(dashboard.summary).toEqual({
    total_api_calls_this_month: 1250,
    total_cost_this_month: 15.75,
    usage_status: "active",
    unread_alerts: 0,
  });
});

test("and so it does where the same use was spread over the ten days", async () => {
  await setClock(api, "2026-04-01T12:00:00Z");
  const ben = await api.addCustomer("ben", "pro");
  await setClock(api, "2026-04-11T12:00:00Z");
  const spread = EXAMPLE.flatMap((use) =>
    Array.from({ length: 10 }, (_, day) => ({
      ...use,
      calls: use.calls / 10,
      cost: use.cost / 10n,
      tokens: use.tokens / 10,
      timestamp: `2026-04-${String(day + 2).padStart(2, "0")}T09:00:00Z`,
    })),
  );
  await tellUse(api, { service, userId: "ben" }, spread);
  expect(await page(api, ben, "dashboard/ben")).toMatchObject(AS_IN_THE_CONTRACT);
});

test("a customer without any use sees zeros everywhere, in the same shape", async () => {
  await setClock(api, "2026-04-11T12:00:00Z");
  const cem = await api.addCustomer("cem", "basic");
  const dashboard = await page(api, cem, "dashboard/cem");
  expect(dashboard).toMatchObject({
    current_usage: { total_calls: 0, total_cost: 0, error_rate: 0, avg_response_time: 0 },
    total_usage: { total_calls: 0, historical_breakdown: [] },
    projections: { projected_monthly_cost: 0, projected_calls: 0, low: 0, method: "straight_line" },
    alerts: [],
  });
  expect(dashboard.trends.total_calls).toEqual([0, 0, 0, 0, 0, 0]);
  const example = await page(api, service, "dashboard/ada");
  expect(namesIn(dashboard)).toEqual(namesIn(example));
});

/** Every name in it with the kind of its value, however deep, but for what is in lists. */
function namesIn(shape: unknown): unknown {
  if (Array.isArray(shape)) return [];
  if (typeof shape !== "object" || shape === null) return typeof shape;
  return Object.fromEntries(Object.entries(shape).map(([name, part]) => [name, namesIn(part)]));
}

test("one call a second ago projects no fortune", async () => {
  await setClock(api, "2026-04-20T00:00:00Z");
  const dia = await api.addCustomer("dia", "pro");
  await setClock(api, "2026-04-20T00:00:01Z");
  await tellUse(api, { service, userId: "dia" }, [
    { provider: "gemini", model: "gemini-2.5-flash", calls: 1, cost: 1_000_000_000n, tokens: 10 },
  ]);
  const { projections, current_usage: current } = await page(api, dia, "dashboard/dia");
  expect(current.total_cost).toBe(1);
  // A dollar a day, for thirty days.
  expect(projections.projected_monthly_cost).toBe(30);
});

test("with a history recent days weigh more, steady days are the straight line, and the range says how sure it is", async () => {
  await setClock(api, "2026-03-02T00:00:00Z");
  await api.addCustomer("ira", "pro");
  await api.addCustomer("jon", "pro");
  await setClock(api, "2026-04-12T00:00:00Z");
  // Periods start on the 2nd; this is day 10 of 30 of the second.
  const days = Array.from({ length: 41 }, (_, day) => ({
    day,
    timestamp: new Date(Date.UTC(2026, 2, 2 + day, 12)).toISOString(),
  }));
  const use = { provider: "openai", model: "gpt-4o", calls: 1, tokens: 10 };
  const told = (userId: string, dollarsOn: (day: number) => bigint): Promise<void> =>
    tellUse(
      api,
      { service, userId },
      days.map(({ day, timestamp }) => ({
        ...use,
        timestamp,
        cost: dollarsOn(day) * 1_000_000_000n,
      })),
    );
  await told("ira", () => 2n);
  await told("jon", (day) => (day < 36 ? 2n : 4n));
  const steady = (await page(api, service, "dashboard/ira")).projections;
  expect(steady).toMatchObject({
    projected_monthly_cost: 60,
    projected_usage_percentage: 40,
    projected_calls: 30,
    low: 60,
    high: 60,
    method: "weighted_days",
  });
  const rising = (await page(api, service, "dashboard/jon")).projections;
  // Ten days came to $30, so the straight line is $90.
  expect(rising.projected_monthly_cost).toBeGreaterThan(90);
  expect(rising.low).toBeGreaterThanOrEqual(30);
  expect(rising.low).toBeLessThan(rising.projected_monthly_cost);
  expect(rising.high).toBeGreaterThan(rising.projected_monthly_cost);
});

test("use in the past only is in the total and in the trends, and not in the period", async () => {
  await setClock(api, "2026-01-15T00:00:00Z");
  const eve = await api.addCustomer("eve", "pro");
  await tellUse(api, { service, userId: "eve" }, [
    { provider: "mistral", model: "mistral-large-latest", calls: 3, cost: 3_000n, tokens: 30 },
  ]);
  await setClock(api, "2026-04-20T00:00:00Z");
  const dashboard = await page(api, eve, "dashboard/eve");
  expect(dashboard.current_usage).toMatchObject({ total_calls: 0, usage_status: "active" });
  expect(dashboard.total_usage).toMatchObject({ total_calls: 3, total_cost: 0.000003 });
  expect(dashboard.trends.total_calls).toEqual([0, 0, 3, 0, 0, 0]);
  expect(dashboard.projections.projected_monthly_cost).toBe(0);
  const past = await page(api, eve, "dashboard/eve?billing_period=2026-01-15");
  expect(past.current_usage.total_calls).toBe(3);
  expect(past.projections).toMatchObject({
    method: "past",
    projected_monthly_cost: 0.000003,
    low: 0.000003,
    high: 0.000003,
    projected_calls: 3,
  });
});

test("a plan that changed in the period keeps what was used, against the caps of the other", async () => {
  await setClock(api, "2026-04-01T00:00:00Z");
  const fay = await api.addCustomer("fay", "pro");
  await setClock(api, "2026-04-05T00:00:00Z");
  await tellUse(api, { service, userId: "fay" }, [
    {
      provider: "gemini",
      model: "gemini-2.5-flash",
      calls: 900,
      cost: 45_000_000_000n,
      tokens: 9_000,
    },
  ]);
  await api.ask("POST", "/api/subscription/change-plan/fay", {
    key: service,
    body: { plan_id: "basic", billing_cycle: "monthly", when: "now", preview: false },
  });
  const dashboard = await page(api, fay, "dashboard/fay");
  expect(dashboard.limits.plan_name).toBe("Basic");
  expect(dashboard.usage_percentages).toMatchObject({ gemini_calls: 90, cost: 90 });
  expect(dashboard.current_usage).toMatchObject({ total_calls: 900, usage_status: "warning" });
});

test("an erased customer's id is a stranger's: a new customer's page, and nothing of the sums", async () => {
  await setClock(api, "2026-04-05T00:00:00Z");
  await api.addCustomer("gus", "pro");
  await tellUse(api, { service, userId: "gus" }, [
    { provider: "gemini", model: "gemini-2.5-flash", calls: 5, cost: 5_000n, tokens: 50 },
  ]);
  const erased = await api.ask("DELETE", "/api/admin/customers/gus", { key: api.adminKey });
  expect(erased.status).toBe(200);
  const dashboard = await page(api, service, "dashboard/gus");
  expect(dashboard.limits.plan_name).toBe("Free");
  expect(dashboard.total_usage.total_calls).toBe(0);
  const [kept] = await api.rows("select sum(calls) as calls from rollups_period where cost = 5000");
  expect(Number(kept?.["calls"])).toBe(5);
});

test("unread alerts come first, then the newest, at most ten", async () => {
  const hal = await api.addCustomer("hal", "free");
  const shown = async () => {
    const { alerts, summary } = await page(api, hal, "dashboard/hal");
    return {
      summary,
      alerts,
      seen: alerts.map((alert: { is_read: boolean; threshold_percentage: number }) => [
        alert.is_read,
        alert.threshold_percentage,
      ]),
    };
  };
  const use = async (calls: number): Promise<void> => {
    await tellUse(api, { service, userId: "hal" }, [
      { provider: "gemini", model: "gemini-2.5-flash", calls, cost: 0n, tokens: calls },
    ]);
  };
  for (const calls of [81, 10, 9]) await use(calls);
  const first = await shown();
  expect(first.seen).toEqual([
    [false, 100],
    [false, 90],
    [false, 80],
  ]);
  expect(first.summary).toMatchObject({ unread_alerts: 3, usage_status: "limit_reached" });
  expect(first.alerts[2].message).toMatch(/^You have used \d+ of 100 Gemini API calls/);
  const read = await api.ask("POST", `/api/subscription/alerts/${first.alerts[0].id}/mark-read`, {
    key: hal,
  });
  expect(read.status).toBe(200);
  const second = await shown();
  expect(second.seen).toEqual([
    [false, 90],
    [false, 80],
    [true, 100],
  ]);
  expect(second.summary.unread_alerts).toBe(2);
  // Three more alerts in each of the next periods.
  for (const month of ["06", "07", "08"]) {
    await setClock(api, `2026-${month}-10T00:00:00Z`);
    for (const calls of [81, 10, 9]) await use(calls);
  }
  const third = await shown();
  expect(third.alerts).toHaveLength(10);
  expect(third.summary.unread_alerts).toBe(11);
  expect(third.seen.flat()).not.toContain(true);
});
