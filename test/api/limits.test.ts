/** What a customer reads of their limits is what the ledger holds them to. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let ada: string;
let backend: string;

beforeAll(async () => {
  api = await runApi();
  await clock("2026-04-10T12:00:30Z");
  ada = await api.addCustomer("ada", "pro");
  backend = await api.serviceKey();
});

afterAll(() => api.close());

async function clock(now: string): Promise<void> {
  await api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } });
}

async function limitsOf(user: string, key: string) {
  const answer = await api.ask("GET", `/api/subscription/limits/${user}`, { key });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

test("before any call each limit of the plan is there, unused, with the end of its window", async () => {
  const { plan, limits } = await limitsOf("ada", ada);
  expect(plan.slug).toBe("pro");
  const cost = limits.find(({ limit }: { limit: { meter: string } }) => limit.meter === "cost");
  expect(cost).toEqual({
    of: "plan",
    limit: { meter: "cost", per: "period", max: expect.anything(), at_cap: "deny" },
    used: 0,
    held: 0,
    max: 150,
    remaining: 150,
    percent: 0,
    resets_at: "2026-05-10T12:00:30.000Z",
  });
});

test("what was told and what is held are used and held, with a counter and without", async () => {
  const event = { id: "e1", provider: "gemini", model: "gemini-2.5-flash", usage: { input: 900 } };
  await api.ask("POST", "/api/subscription/usage/ada/events", {
    key: backend,
    body: { events: [{ ...event, cost_usd: "15.75" }] },
  });
  const told = await limitsOf("ada", ada);
  expect(of(told.limits, "calls", "gemini")).toMatchObject({ used: 1, held: 0, percent: 0 });
  expect(of(told.limits, "cost")).toMatchObject({ used: 15.75, remaining: 134.25, percent: 10.5 });

  const held = await api.ask("POST", "/api/subscription/reservations", {
    key: backend,
    body: { user_id: "ada", provider: "gemini", model: "gemini-2.5-flash", input_tokens: 100 },
  });
  expect(held.status).toBe(200);
  const both = await limitsOf("ada", ada);
  expect(of(both.limits, "calls", "gemini")).toMatchObject({ used: 1, held: 1, remaining: 4_998 });
});

test("a key's budget is among them, with the key's name, and counts that key's calls only", async () => {
  const made = await api.ask("POST", "/api/admin/customers/ada/keys", {
    key: api.adminKey,
    body: { name: "laptop", limits: [{ meter: "calls", per: "day", max: 7 }] },
  });
  const { limits } = await limitsOf("ada", ada);
  expect(limits.at(-1)).toMatchObject({
    of: "key",
    key: { id: made.body.data.id, name: "laptop" },
    used: 0,
    max: 7,
    resets_at: "2026-04-11T00:00:00.000Z",
  });
});

test("another customer's limits are not to be had, and a stranger's are those of the default plan", async () => {
  const other = await api.ask("GET", "/api/subscription/limits/bob", { key: ada });
  expect(other.status).toBe(403);
  const stranger = await limitsOf("nobody-yet", backend);
  expect(stranger.plan.slug).toBe("free");
  expect(of(stranger.limits, "calls", "gemini")).toMatchObject({ used: 0, max: 100 });
});

function of(limits: Record<string, unknown>[], meter: string, provider?: string) {
  return limits.find(({ limit }) => {
    const { meter: its, provider: whose } = limit as { meter: string; provider?: string };
    return its === meter && whose === provider;
  });
}
