/** Usage periods as clients ask for them, and what late truths do to the sums. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let service: string;
beforeAll(async () => {
  api = await runApi();
  service = await api.serviceKey();
  await setClock("2026-01-31T10:00:00Z");
  await api.addCustomer("ada", "pro");
  await setClock("2026-04-10T00:00:00Z");
  // Periods begin on 31 January, 28 February and 31 March, at ten o'clock.
  await tell("ada", "feb", "2026-02-28T09:59:59Z", 1);
  await tell("ada", "mar", "2026-02-28T10:00:00Z", 2);
  await tell("ada", "mar2", "2026-03-31T09:59:59Z", 4);
  await tell("ada", "apr", "2026-03-31T10:00:00Z", 8);
});
afterAll(() => api.close());

const setClock = (now: string) =>
  api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } });
const tell = (userId: string, id: string, timestamp: string, input: number) =>
  api.ask("POST", `/api/subscription/usage/${userId}/events`, {
    key: service,
    body: { events: [{ id, timestamp, provider: "gemini", model: "x", usage: { input } }] },
  });
const usage = async (period?: string, userId = "ada") => {
  const query = period === undefined ? "" : `?billing_period=${period}`;
  const { body } = await api.ask("GET", `/api/subscription/usage/${userId}${query}`, {
    key: service,
  });
  return body.data ?? body;
};
const shown = async (period?: string) => {
  const { billing_period, total_tokens } = await usage(period);
  return [billing_period, total_tokens];
};

test("the current period is the default; a period's start names it to the second", async () => {
  expect(await shown()).toEqual(["2026-03-31", 8]);
  expect(await shown("2026-02-28")).toEqual(["2026-02-28", 6]);
  expect(await shown("2026-01-31")).toEqual(["2026-01-31", 1]);
});

test("a month means the last period begun in it, or the current one if that has not begun", async () => {
  expect(await shown("2026-03")).toEqual(["2026-03-31", 8]);
  expect(await shown("2026-02")).toEqual(["2026-02-28", 6]);
  expect(await shown("2026-04")).toEqual(["2026-03-31", 8]);
  expect(await shown("2026-11")).toEqual(["2026-03-31", 8]);
});

test("a period before the customer's first is zeros, not an error", async () => {
  expect(await shown("2025-06")).toEqual(["2025-06-30", 0]);
  expect(await shown("2019-12")).toEqual(["2019-12-31", 0]);
});

test("all means since ever, with the current period's percentages", async () => {
  const all = await usage("all");
  expect(all).toMatchObject({ billing_period: "all", total_calls: 4, total_tokens: 15 });
  expect(all.usage_percentages).toEqual((await usage()).usage_percentages);
});

test("the history lists the periods that have usage, newest first", async () => {
  const { historical_breakdown: history } = await usage();
  expect(
    history.map((each: { billing_period: string; total_tokens: number }) => [
      each.billing_period,
      each.total_tokens,
    ]),
  ).toEqual([
    ["2026-03-31", 8],
    ["2026-02-28", 6],
    ["2026-01-31", 1],
  ]);
});

test("the periods are listed with their exact instants, newest first, one of them the present one", async () => {
  const { body } = await api.ask("GET", "/api/subscription/usage/ada/periods", { key: service });
  const period = (billing_period: string, end: string) => ({
    billing_period,
    start: `${billing_period}T10:00:00.000Z`,
    end: `${end}T10:00:00.000Z`,
    is_present: billing_period === "2026-03-31",
  });
  expect(body.data.periods).toEqual([
    period("2026-03-31", "2026-04-30"),
    period("2026-02-28", "2026-03-31"),
    period("2026-01-31", "2026-02-28"),
  ]);
});

test("what is no period is refused by name", async () => {
  for (const period of ["2026", "2026-13", "april", "2026-04-1", "2026-02-30", "2026-04-31"]) {
    expect(await usage(period)).toMatchObject({
      error: "invalid_request",
      field: "billing_period",
    });
  }
});

test("a late settle corrects what an expired hold was taken for, in the sums and in the log", async () => {
  const held = await api.ask("POST", "/api/subscription/reservations", {
    key: service,
    body: {
      user_id: "late",
      provider: "gemini",
      model: "gemini-2.5-flash",
      input_tokens: 1_000,
      max_output_tokens: 100,
      ttl_seconds: 60,
    },
  });
  const { reservation_id: id } = held.body.data;
  await setClock("2026-04-10T00:02:00Z");
  const logs = () => api.ask("GET", "/api/subscription/usage-logs?user_id=late", { key: service });
  expect((await logs()).body.logs).toMatchObject([{ event_id: id, tokens_input: 1_000 }]);

  const settled = await api.ask("POST", `/api/subscription/reservations/${id}/settle`, {
    key: service,
    body: { usage: { input: 10, output: 1 } },
  });
  expect(settled.status).toBe(200);
  const after = await usage(undefined, "late");
  expect(after).toMatchObject({ total_calls: 1, total_tokens: 11, total_cost: 0.0000055 });
  expect((await logs()).body.logs).toMatchObject([
    {
      event_id: id,
      tokens_input: 10,
      tokens_output: 1,
      cost_total: 0.0000055,
    },
  ]);
});

test("a warning at 80 %, a limit reached at 100 %, of a day's limit as of a period's", async () => {
  const plans = (await api.ask("GET", "/api/admin/plans", { key: api.adminKey })).body.data.plans;
  const plan = {
    id: "daily",
    name: "Daily",
    tier: "pro",
    price: { monthly: "5", yearly: "50" },
    limits: [{ meter: "calls", per: "day", max: 5 }],
  };
  const definitions = plans.map((each: { definition: object }) => each.definition);
  await api.ask("POST", "/api/admin/plans/apply", {
    key: api.adminKey,
    body: { plans: [...definitions, plan] },
  });
  await setClock("2026-04-20T12:00:00Z");
  await api.addCustomer("dee", "daily");
  const statuses: string[] = [];
  for (let call = 1; call <= 5; call += 1) {
    await tell("dee", `today${call}`, "2026-04-20T12:00:00Z", 1);
    statuses.push((await usage(undefined, "dee")).usage_status);
  }
  expect(statuses).toEqual(["active", "active", "active", "warning", "limit_reached"]);
  await setClock("2026-04-21T00:00:00Z");
  expect((await usage(undefined, "dee")).usage_status).toBe("active");
});
