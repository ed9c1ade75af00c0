/** A customer's insights, over a real server: each recommendation with numbers reckoned by hand. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let service: string;

/** Everybody begins on 1 March, so that March and April are whole periods on 20 May. */
beforeAll(async () => {
  api = await runApi();
  await setClock("2026-03-01T00:00:00Z");
  service = await api.serviceKey();
  for (const id of ["plan", "full", "limit", "model", "spend", "steady"]) {
    const body = { id, plan_id: "pro" };
    await api.ask("POST", "/api/admin/customers", { key: api.adminKey, body });
  }
  await api.addCustomer("unused", "pro");
  await setClock("2026-05-20T12:00:00Z");
});
afterAll(() => api.close());

function setClock(now: string) {
  return api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } });
}

interface Told {
  readonly day: string;
  readonly count: number;
  readonly provider?: string;
  readonly model?: string;
  /** Dollars of each; left out: by the price book. */
  readonly cost?: string;
  readonly usage?: Readonly<Record<string, number>>;
  readonly latencyMs?: number;
  readonly failed?: boolean;
}

const PATH = "/api/subscription/insights";
let told = 0;

async function tell(userId: string, ...all: Told[]): Promise<void> {
  const events = all.flatMap((of) =>
    Array.from({ length: of.count }, () => {
      told += 1;
      return {
        id: `event-${told}`,
        timestamp: `${of.day}T06:00:00Z`,
        provider: of.provider ?? "gemini",
        model: of.model ?? "gemini-2.5-flash",
        usage: of.usage ?? { input: 100, output: 10 },
        ...(of.cost === undefined ? {} : { cost_usd: of.cost }),
        ...(of.latencyMs === undefined ? {} : { latency_ms: of.latencyMs }),
        status_code: of.failed === true ? 500 : 200,
      };
    }),
  );
  const path = `/api/subscription/usage/${userId}/events`;
  const answer = await api.ask("POST", path, { key: service, body: { events } });
  expect(answer.body.data).toEqual({ recorded: events.length, duplicates: 0, rejected: [] });
}

async function insightsOf(userId: string, query = "") {
  const { status, body } = await api.ask("GET", `${PATH}/${userId}${query}`, { key: service });
  expect(status).toBe(200);
  return body.data;
}

function daysAfter(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

test("of a customer without any use nothing is said", async () => {
  expect(await insightsOf("nobody-yet")).toEqual({
    recommendations: [],
    models: [],
    performance: {
      p50_ms: null,
      p95_ms: null,
      p99_ms: null,
      error_rate: 0,
      events: 0,
      measured: 0,
      by_provider: {},
    },
  });
});

test("the cheapest plan that would have held each whole period is recommended", async () => {
  // $10 a month is more than Free's $2, and far less than Basic's $50.
  await tell(
    "plan",
    { day: "2026-03-10", count: 20, cost: "0.5" },
    { day: "2026-04-10", count: 20, cost: "0.5" },
    // The present period is not whole.
    { day: "2026-05-10", count: 1, cost: "0.5" },
  );
  const { recommendations } = await insightsOf("plan");
  expect(recommendations).toEqual([
    {
      kind: "plan",
      title: "Basic would have been enough",
      message:
        "All you used in each of your last 2 periods fits in Basic, which costs $29.00 a month. Pro costs $79.00. " +
        "Change to Basic to save $50.00 a month; look first at the features you would give up.",
      saving_usd: 50,
      saving_per: "month",
      plan: { id: expect.any(Number), slug: "basic", name: "Basic", price_monthly: 29 },
      periods: 2,
    },
  ]);
});

test("a plan that one period would have broken is not recommended", async () => {
  // 201 Anthropic calls in one period: Basic has 200.
  await tell(
    "full",
    { day: "2026-03-10", count: 201, provider: "anthropic", model: "claude-sonnet-5", cost: "0" },
    { day: "2026-04-10", count: 1, provider: "anthropic", model: "claude-sonnet-5", cost: "0" },
  );
  expect((await insightsOf("full")).recommendations).toEqual([]);
  // Seen from one whole period back, only April counts, and it fits even Free's caps, but Free has no Anthropic.
  const { recommendations } = await insightsOf("full", "?months=1");
  expect(recommendations).toMatchObject([{ kind: "plan", plan: { slug: "basic" }, periods: 1 }]);
});

test("the limit that will be hit is named, with the day at this rate", async () => {
  // Of a customer of this period: 3.5 million tokens in 19.5 days.
  // 1.5 million are left of 5 million, which takes 8.4 days from noon of the 20th.
  const tokens = (count: number) => ({ input: count - 1, output: 1 });
  await tell(
    "limit",
    { day: "2026-05-05", count: 1, usage: tokens(2_200_000), cost: "0" },
    ...[14, 15, 16, 17, 18, 19].map((day) => ({
      day: `2026-05-${day}`,
      count: 1,
      usage: tokens(200_000),
      cost: "0",
    })),
    { day: "2026-05-20", count: 1, usage: tokens(100_000), cost: "0" },
  );
  const { recommendations } = await insightsOf("limit");
  expect(recommendations).toEqual([
    {
      kind: "limit_ahead",
      title: "5,000,000 Gemini tokens: reached on 28 May 2026",
      message:
        "At this rate you will have used all 5,000,000 Gemini tokens on 28 May 2026, 3 days before " +
        "your period ends on 1 June 2026. Calls beyond it are refused. Make fewer calls a day, or change to " +
        "Enterprise ($199.00 a month), which allows more.",
      limit: { meter: "tokens", provider: "gemini", per: "period", max: 5_000_000, at_cap: "deny" },
      on: "2026-05-28",
      plan: expect.objectContaining({ slug: "enterprise", price_monthly: 199 }),
    },
  ]);
});

test("a cheaper model is priced on the real usage, scaled to all of the model's cost", async () => {
  // GPT-4o: 10,000 × $2.50 and 1,000 × $10 a million are $0.035 a call; 60 of 100 calls are recent.
  const usage = { input: 10_000, output: 1_000 };
  const gpt = { provider: "openai", model: "gpt-4o", usage, latencyMs: 800 };
  await tell(
    "model",
    { ...gpt, day: "2026-04-10", count: 40 },
    { ...gpt, day: "2026-05-10", count: 60 },
    { day: "2026-05-11", count: 3, cost: "0", latencyMs: 100, failed: true },
    { day: "2026-05-11", count: 1, cost: "0", latencyMs: 100 },
  );
  const { recommendations, models, performance } = await insightsOf("model");
  expect(models).toEqual([
    {
      provider: "openai",
      model: "gpt-4o",
      calls: 100,
      tokens: 1_100_000,
      cost: 3.5,
      cost_per_call: 0.035,
      p50_ms: expect.any(Number),
      error_rate: 0,
      // 10,000 × $0.40 + 1,000 × $1.60, and 10,000 × $0.15 + 1,000 × $0.60.
      alternatives: [
        { provider: "openai", model: "gpt-4.1-mini", cost: 0.56, saving: 2.94 },
        { provider: "openai", model: "gpt-4o-mini", cost: 0.21, saving: 3.29 },
      ],
    },
    expect.objectContaining({ model: "gemini-2.5-flash", error_rate: 75, alternatives: [] }),
  ]);
  expect(Math.abs(models[0].p50_ms - 800)).toBeLessThanOrEqual(80);
  expect(recommendations).toContainEqual({
    kind: "cheaper_model",
    title: "gpt-4.1-mini in place of gpt-4o",
    message:
      "gpt-4o of OpenAI cost $3.50 in your last 3 periods. gpt-4.1-mini would have cost $0.56 for the same usage: " +
      "$2.94 less, reckoned from your last 60 calls. Try it on some of your calls, and compare the answers before " +
      "you change.",
    saving_usd: 2.94,
    saving_per: "range",
    provider: "openai",
    model: "gpt-4o",
    alternative: { provider: "openai", model: "gpt-4.1-mini" },
  });
  // 3 of 104 failed.
  expect(performance).toMatchObject({
    error_rate: 2.9,
    events: 104,
    by_provider: { openai: { error_rate: 0, events: 100 }, gemini: { error_rate: 75, events: 4 } },
  });
  expect(Math.abs(performance.by_provider.gemini.p95_ms - 100)).toBeLessThanOrEqual(10);
  // In this period alone there are 60 calls of it, for $2.10.
  const present = (await insightsOf("model", "?months=1")).models[0];
  expect(present).toMatchObject({ calls: 60, cost: 2.1 });
  expect(present.alternatives[0]).toEqual({
    provider: "openai",
    model: "gpt-4.1-mini",
    cost: 0.336,
    saving: 1.764,
  });
});

test("a sudden change of spend is shown with its arithmetic", async () => {
  // $2 a day for the 28 days from 15 April, then $6 a day for seven days: $56 before, which is $14 a week, and $42.
  const openai = { provider: "openai", model: "gpt-4o" };
  await tell(
    "spend",
    ...Array.from({ length: 28 }, (_, index) => ({
      day: daysAfter("2026-04-15", index),
      count: 1,
      cost: "2",
    })),
    ...Array.from({ length: 7 }, (_, index) => ({
      day: daysAfter("2026-05-13", index),
      count: 1,
      cost: "1",
    })),
    ...Array.from({ length: 7 }, (_, index) => ({
      ...openai,
      day: daysAfter("2026-05-13", index),
      count: 1,
      cost: "5",
    })),
    // Today is not over, so it is not compared.
    { ...openai, day: "2026-05-20", count: 1, cost: "1" },
  );
  const { recommendations } = await insightsOf("spend");
  expect(recommendations).toContainEqual({
    kind: "spend_change",
    title: "You spend 200 % more than usual",
    message:
      "The seven days from 13 May 2026 cost $42.00. The 28 days before cost $56.00, which is $14.00 a week: 200 % more. " +
      "Most of it is gpt-4o of OpenAI: $35.00 a week more. If you did not mean to, look at the usage log for what is " +
      "new; a limit on a key caps it.",
    last_7_days: 42,
    before_28_days: 56,
    change_percent: 200,
  });
});

test("of steady use there is no change, no limit ahead and no plan to change to", async () => {
  // $4 a day is $120 a month: more than Basic's $50, less than Pro's $150.
  await tell(
    "steady",
    ...Array.from({ length: 80 }, (_, index) => ({
      day: daysAfter("2026-03-02", index),
      count: 1,
      cost: "4",
    })),
  );
  expect((await insightsOf("steady")).recommendations).toEqual([]);
});

test("a live key without a call for 30 days is named, until it is used or revoked", async () => {
  const { recommendations } = await insightsOf("unused");
  expect(recommendations).toEqual([
    {
      kind: "unused_key",
      title: "1 key without a call for 30 days",
      message:
        "No call was made with “test” in the last 30 days. It can still spend your allowance: revoke it if nobody needs it.",
      keys: [{ id: expect.any(String), name: "test", last_used_at: null }],
    },
  ]);
  const [{ id }] = recommendations[0].keys;
  await api.ask("POST", `/api/admin/keys/${id}/revoke`, { key: api.adminKey });
  expect((await insightsOf("unused")).recommendations).toEqual([]);
});

test("customers read their own insights only; what is asked wrongly is refused by field", async () => {
  const zoe = await api.addCustomer("zoe");
  const ask = (path: string) => api.ask("GET", `/api/subscription/insights/${path}`, { key: zoe });
  expect((await ask("zoe")).status).toBe(200);
  expect((await ask("plan")).status).toBe(403);
  for (const [query, field] of [
    ["months=0", "months"],
    ["months=25", "months"],
    ["months=two", "months"],
    ["weeks=2", "weeks"],
  ]) {
    const { status, body } = await ask(`zoe?${query}`);
    expect({ query, status, field: body.field }).toEqual({ query, status: 400, field });
  }
});
