/** Administrators lift one limit of one customer until a date, and every page that shows limits shows it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
let ada: string;

const LIFTS = "/api/admin/customers/ada/limit-lifts";
const UNTIL = "2026-04-20T00:00:00.000Z";

beforeAll(async () => {
  api = await runApi();
  by = await subscriberOf(api);
  await by.setClock("2026-04-01T00:00:00Z");
  ada = await api.addCustomer("ada", "pro");
  await by.setClock("2026-04-11T00:00:00Z");
  const event = { id: "e", provider: "gemini", model: "gemini-2.5-flash", usage: { input: 900 } };
  await by.change("usage", "ada/events", { events: [{ ...event, cost_usd: "15.75" }] });
});
afterAll(() => api.close());

function lift(body: unknown, key = api.adminKey) {
  return api.ask("POST", LIFTS, { key, body });
}

async function list() {
  const answer = await api.ask("GET", LIFTS, { key: api.adminKey });
  return answer.body.data.limit_lifts;
}

async function limitOf(meter: string, provider?: string) {
  const { limits } = await by.read("limits/@", "ada");
  return limits.find(
    ({ limit }: { limit: { meter: string; provider?: string } }) =>
      limit.meter === meter && limit.provider === provider,
  );
}

test("a lift is shown wherever the limit is: limits, percentages, projection, subscription", async () => {
  const made = await lift({
    limit: { meter: "cost" },
    max: "315",
    until: UNTIL,
    reason: "A launch",
  });
  expect(made.status).toBe(201);
  const shown = {
    id: expect.any(Number),
    limit: { meter: "cost", per: "period" },
    max: 315,
    plan_max: 150,
    until: UNTIL,
    reason: "A launch",
    state: "in_force",
    made_by: "admin key",
    created_at: "2026-04-11T00:00:00.000Z",
    ended_at: null,
  };
  expect(made.body.data).toEqual(shown);
  expect(await list()).toEqual([shown]);

  expect(await limitOf("cost")).toMatchObject({
    limit: { max: "315" },
    used: 15.75,
    max: 315,
    percent: 5,
    lift: { until: UNTIL, plan_max: 150 },
  });
  expect(await limitOf("calls", "gemini")).not.toHaveProperty("lift");
  const dashboard = await by.read("dashboard/@", "ada");
  expect(dashboard.usage_percentages.cost).toBe(5);
  expect(dashboard.projections).toMatchObject({
    cost_limit: 315,
    projected_monthly_cost: 47.25,
    projected_usage_percentage: 15,
  });
  const { limits } = await by.read("user/@/subscription", "ada");
  expect(limits.monthly_cost).toBe(315);
});

test("it is in the audit log, and thresholds are looked at in its own transaction", async () => {
  const log = await api.ask("GET", "/api/admin/audit-log?limit=1", { key: api.adminKey });
  expect(log.body.data.entries[0]).toMatchObject({
    action: "limit.lift",
    details: { limit: "cost * * * period", max: "315" },
  });
  const [row] = await api.rows("select kind, payload from outbox order by id desc limit 1");
  expect(row).toMatchObject({ kind: "look", payload: "{}" });
});

test("a change of plan keeps it", async () => {
  const change = { plan_id: "basic", billing_cycle: "monthly", when: "now" };
  await by.change("change-plan", "ada", change);
  expect(await limitOf("cost")).toMatchObject({ max: 315, lift: { plan_max: 50 } });
  expect((await list())[0]).toMatchObject({ plan_max: 50, state: "in_force" });
  // Enterprise limits no calls of Gemini: lifting what is not there makes no limit, and is shown so.
  await by.change("change-plan", "ada", { ...change, plan_id: "pro" });
});

test("calls are held to it: beyond the plan's cap they go through, and once it is taken back they do not", async () => {
  await api.addCustomer("fay", "free");
  const of = "/api/admin/customers/fay/limit-lifts";
  const call = { provider: "exa", model: "search", usage: {}, cost_usd: "0.01" };
  const events = Array.from({ length: 10 }, (_, n) => ({ id: `exa-${n}`, ...call }));
  expect(await by.change("usage", "fay/events", { events })).toMatchObject({ status: 200 });
  const reserve = () => by.reserve("fay", "exa", "search");
  expect(await reserve()).toMatchObject({ status: 429, body: { cap: 10, used: 10 } });
  const body = { limit: { meter: "calls", provider: "exa" }, max: 12, until: UNTIL };
  const made = await api.ask("POST", of, { key: api.adminKey, body });
  expect(await reserve()).toMatchObject({ status: 200 });
  const gone = await api.ask("DELETE", `${of}/${made.body.data.id}`, { key: api.adminKey });
  expect(gone.body.data).toMatchObject({ state: "ended", ended_at: "2026-04-11T00:00:00.000Z" });
  expect(await reserve()).toMatchObject({ status: 429, body: { cap: 10 } });
  const again = await api.ask("DELETE", `${of}/${made.body.data.id}`, { key: api.adminKey });
  expect(again.body.data).toEqual(gone.body.data);
});

test("a second one of the same limit replaces the first", async () => {
  await lift({ limit: { meter: "cost" }, max: "unlimited", until: UNTIL });
  expect((await list()).slice(0, 2).map(({ max, state }: Lift) => [max, state])).toEqual([
    ["unlimited", "in_force"],
    [315, "ended"],
  ]);
  expect(await limitOf("cost"), "what is unlimited is left out").toBeUndefined();
});

test("from its instant on the plan's own cap is shown, and the lift is over", async () => {
  await by.setClock("2026-04-19T23:59:59.999Z");
  expect(await limitOf("cost")).toBeUndefined();
  await by.setClock(UNTIL);
  expect(await limitOf("cost")).toMatchObject({ max: 150 });
  expect(await limitOf("cost")).not.toHaveProperty("lift");
  expect((await list())[0]).toMatchObject({ state: "over", ended_at: null });
});

test("what cannot be lifted is refused with the mend", async () => {
  const until = "2026-05-01T00:00:00Z";
  const calls = { meter: "calls", provider: "gemini" };
  const refusals: [body: unknown, status: number, field: string | undefined, words: RegExp][] = [
    [{ limit: { meter: "images" }, max: 5, until }, 404, undefined, /"calls gemini \* \* period"/],
    [{ limit: { ...calls, per: "day" }, max: 5, until }, 404, undefined, /has no limit/],
    [{ limit: calls, max: -5, until }, 400, "max", /whole number/],
    [{ limit: calls, max: 5_000, until }, 400, "max", /more than the plan's own, which is 5000/],
    [{ limit: calls, max: 5_001, until: UNTIL }, 400, "until", /has passed/],
    [{ limit: calls, max: 5_001, until: "soon" }, 400, "until", /./],
    [{ limit: { ...calls, max: 3 }, max: 5, until }, 400, "limit.max", /./],
    [{ limit: { meter: "beers" }, max: 5, until }, 400, "limit.meter", /one of/],
  ];
  for (const [body, status, field, words] of refusals) {
    const answer = await lift(body);
    expect([answer.status, answer.body.field]).toEqual([status, field]);
    expect(answer.body.message).toMatch(words);
  }
  expect((await lift({ limit: calls, max: 5, until }, ada)).status).toBe(403);
  const nobody = "/api/admin/customers/nobody/limit-lifts";
  expect(await api.ask("GET", nobody, { key: api.adminKey })).toMatchObject({ status: 404 });
  expect(await api.ask("DELETE", `${LIFTS}/99`, { key: api.adminKey })).toMatchObject({
    status: 404,
  });
});

test("of a person who is erased, why their limits were lifted is gone", async () => {
  await api.ask("DELETE", "/api/admin/customers/ada", { key: api.adminKey });
  const left = await api.rows("select * from limit_lifts where limit_key not like 'calls exa%'");
  expect(left).toEqual([]);
});

interface Lift {
  readonly max: unknown;
  readonly state: string;
}
