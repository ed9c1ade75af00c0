/** The usage page of the REST contract, over a real server. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

/** Ids and numbers that add up to exactly what the contract's example says. */
function eventsOf(of: {
  provider: string;
  model: string;
  count: number;
  /** Billionths of a dollar, and tokens, in all. */
  cost: bigint;
  tokens: number;
}) {
  const { provider, model, count } = of;
  return Array.from({ length: count }, (_, index) => {
    const share = (whole: number) => Math.floor(whole / count) + (index < whole % count ? 1 : 0);
    const nano = of.cost / BigInt(count) + (BigInt(index) < of.cost % BigInt(count) ? 1n : 0n);
    const tokens = share(of.tokens);
    return {
      id: `${provider}-${index}`,
      provider,
      model,
      usage: { input: tokens - 1, output: 1 },
      cost_usd: `0.${nano.toString().padStart(9, "0")}`,
    };
  });
}

test("the Pro plan's example comes back to the digit", async () => {
  await api.ask("POST", "/api/admin/clock", {
    key: api.adminKey,
    body: { now: "2026-04-01T12:00:00Z" },
  });
  const ada = await api.addCustomer("ada", "pro");
  await api.ask("POST", "/api/admin/clock", {
    key: api.adminKey,
    body: { now: "2026-04-11T12:00:00Z" },
  });
  const service = await api.serviceKey();
  const gemini = eventsOf({
    provider: "gemini",
    model: "gemini-2.5-flash",
    count: 800,
    cost: 10_500_000_000n,
    tokens: 125_000,
  });
  const openai = eventsOf({
    provider: "openai",
    model: "gpt-4o",
    count: 450,
    cost: 5_250_000_000n,
    tokens: 85_000,
  });
  for (const events of [gemini, openai]) {
    const answer = await api.ask("POST", "/api/subscription/usage/ada/events", {
      key: service,
      body: { events },
    });
    expect(answer.body).toMatchObject({
      success: true,
      data: { recorded: events.length, duplicates: 0, rejected: [] },
    });
  }

  const { body } = await api.ask("GET", "/api/subscription/usage/ada?user_id=ada", { key: ada });
  expect(body).toMatchObject({
    success: true,
    data: {
      billing_period: "2026-04-01",
      usage_status: "active",
      total_calls: 1250,
      total_cost: 15.75,
      total_tokens: 210_000,
      provider_breakdown: {
        gemini: { calls: 800, cost: 10.5, tokens: 125_000 },
        openai: { calls: 450, cost: 5.25, tokens: 85_000 },
        metaphor: { calls: 0, cost: 0, tokens: 0 },
      },
      limits: { plan_name: "Pro", tier: "pro", limits: { gemini_calls: 5000, monthly_cost: 150 } },
      usage_percentages: { gemini_calls: 16, cost: 10.5, openai_calls: 18, gemini_tokens: 2.5 },
      error_rate: 0,
      historical_breakdown: [{ billing_period: "2026-04-01", total_cost: 15.75 }],
    },
  });
});

test("an alert of the period is on the usage page, with nothing that is null", async () => {
  const service = await api.serviceKey();
  const held = await api.ask("POST", "/api/subscription/reservations", {
    key: service,
    body: { user_id: "free-user", provider: "gemini", model: "gemini-2.5-flash" },
  });
  const { reservation_id: id } = held.body.data;
  await api.ask("POST", `/api/subscription/reservations/${id}/release`, { key: service });
  await api.ask("POST", "/api/subscription/usage/free-user/events", {
    key: service,
    body: {
      events: Array.from({ length: 80 }, (_, index) => ({
        id: `call-${index}`,
        provider: "gemini",
        model: "gemini-2.5-flash",
        usage: { input: 1 },
      })),
    },
  });
  // Once this is answered, all that was due has been told.
  await api.ask("POST", "/api/admin/clock", {
    key: api.adminKey,
    body: { now: "2026-04-11T12:00:00Z" },
  });
  const { body } = await api.ask("GET", "/api/subscription/usage/free-user", { key: service });
  expect(body.data.usage_status).toBe("warning");
  expect(body.data.alerts).toEqual([
    {
      id: expect.any(Number),
      type: "usage_threshold",
      kind: "threshold",
      threshold_percentage: 80,
      provider: "gemini",
      title: "API Usage Notice - Gemini",
      message: "You have used 80 of 100 Gemini API calls",
      next: expect.stringMatching(/^At 100 calls, further Gemini calls are refused until /),
      action: "Basic has 1,000 Gemini calls and costs $29 a month.",
      severity: "info",
      used: 80,
      cap: 100,
      resets_at: expect.stringMatching(/Z$/),
      limit: { meter: "calls", provider: "gemini", per: "period", max: 100, at_cap: "deny" },
      upgrade: expect.objectContaining({ plan_name: "Basic", price_monthly: 29 }),
      is_sent: true,
      sent_at: "2026-04-11T12:00:00.000Z",
      is_read: false,
      billing_period: body.data.billing_period,
      created_at: expect.stringMatching(/Z$/),
    },
  ]);
});

test("failed calls show in the error rate, and time in the average", async () => {
  const service = await api.serviceKey();
  const event = { provider: "gemini", model: "gemini-2.5-flash", usage: { input: 1 } };
  await api.ask("POST", "/api/subscription/usage/slow/events", {
    key: service,
    body: {
      events: [
        { ...event, id: "1", latency_ms: 1_000 },
        { ...event, id: "2", latency_ms: 2_000 },
        { ...event, id: "3", latency_ms: 3_000, status_code: 500 },
      ],
    },
  });
  const { body } = await api.ask("GET", "/api/subscription/usage/slow", { key: service });
  expect(body.data).toMatchObject({ avg_response_time: 2, error_rate: 33.3 });
});
