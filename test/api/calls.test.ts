/** Holds made over HTTP, and usage told after the fact. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let service: string;
beforeAll(async () => {
  api = await runApi();
  service = await api.serviceKey();
});
afterAll(() => api.close());

const reserve = (body: Record<string, unknown>) =>
  api.ask("POST", "/api/subscription/reservations", {
    key: service,
    body: { provider: "gemini", model: "gemini-2.5-flash", ...body },
  });
const end = (id: string, how: "settle" | "release", body?: unknown) =>
  api.ask("POST", `/api/subscription/reservations/${id}/${how}`, { key: service, body });
const tell = (userId: string, events: unknown[]) =>
  api.ask("POST", `/api/subscription/usage/${userId}/events`, { key: service, body: { events } });
const usageOf = async (userId: string) =>
  (await api.ask("GET", `/api/subscription/usage/${userId}`, { key: service })).body.data;

test("a hold is settled with what was really used, once", async () => {
  const held = await reserve({ user_id: "ann", input_tokens: 1_000, max_output_tokens: 2_000 });
  expect(held).toMatchObject({
    status: 200,
    body: { data: { granted: true, held: { calls: 1, tokens: 3_000, input_tokens: 1_000 } } },
  });
  expect(held.body.data.held.cost).toBeGreaterThan(0);
  const { reservation_id: id } = held.body.data;

  const body = { usage: { input: 900, output: 100 }, latency_ms: 1_234 };
  const settled = await end(id, "settle", body);
  expect(settled).toMatchObject({
    status: 200,
    body: {
      data: {
        event_id: id,
        user_id: "ann",
        provider: "gemini",
        usage: { input: 900, output: 100 },
        cost: 0.00052,
        response_time: 1.234,
        source: "reservation",
        unconfirmed: false,
        tags: {},
      },
    },
  });
  const lines = settled.body.data.cost_lines.map((line: { cost: number }) => line.cost);
  expect(lines).toEqual([0.00027, 0.00025]);

  const again = await end(id, "settle", { usage: { input: 5 } });
  expect(again.body).toEqual(settled.body);
  expect(await usageOf("ann")).toMatchObject({ total_calls: 1, total_tokens: 1_000 });
});

test("a released hold leaves nothing behind, and may be released twice", async () => {
  const held = await reserve({ user_id: "ben", input_tokens: 10 });
  const { reservation_id: id } = held.body.data;
  expect((await end(id, "release", { reason: "changed my mind" })).body.data).toEqual({
    released: true,
  });
  expect((await end(id, "release")).status).toBe(200);
  expect(await usageOf("ben")).toMatchObject({ total_calls: 0 });
});

test("a settled hold cannot be released", async () => {
  const held = await reserve({ user_id: "bea", input_tokens: 10 });
  const { reservation_id: id } = held.body.data;
  await end(id, "settle", { usage: { input: 10 } });
  expect(await end(id, "release")).toMatchObject({
    status: 409,
    body: { error: "already_settled" },
  });
});

test("a hold that does not fit is refused with the limit, and what would have it", async () => {
  const refused = await reserve({ user_id: "cy", input_tokens: 100_001 });
  expect(refused).toMatchObject({
    status: 429,
    body: {
      success: false,
      error: "limit_reached",
      provider: "gemini",
      usage_info: { error_type: "token_limit", requested_tokens: 100_001, limit: 100_000 },
      limit: { meter: "tokens", provider: "gemini", per: "period" },
      used: 0,
      held: 0,
      cap: 100_000,
      upgrade: { plan_name: "Basic", price_monthly: 29 },
    },
  });
  expect(refused.body.resets_at).toMatch(/Z$/);
  expect(refused.body.detail).toBe(refused.body.message);

  const denials = await api.ask("GET", "/api/admin/denials", { key: api.adminKey });
  expect(denials.body.data.counts).toContainEqual(
    expect.objectContaining({ user_id: "cy", code: "limit_reached", count: 1 }),
  );
  expect(denials.body.data.denials[0]).toMatchObject({
    user_id: "cy",
    provider: "gemini",
    limit: { meter: "tokens", provider: "gemini", max: 100_000 },
    cap: 100_000,
    requested: 100_001,
  });
  const of = async (userId: string) =>
    api.ask("GET", `/api/admin/denials?user_id=${userId}`, { key: api.adminKey });
  const { counts, denials: latest } = (await of("cy")).body.data;
  expect([...counts, ...latest].map((each) => each.user_id)).toEqual(["cy", "cy"]);
  await api.addCustomer("never-refused");
  expect((await of("never-refused")).body.data).toEqual({ counts: [], denials: [] });
  expect((await of("nobody")).status).toBe(404);
});

test("a provider that the plan lacks is refused with the plan that has it", async () => {
  const refused = await reserve({ user_id: "di", provider: "openai", model: "gpt-4o" });
  expect(refused).toMatchObject({
    status: 403,
    body: { error: "not_included", upgrade: { plan_name: "Basic" } },
  });
});

test("a hold may be ended by the id that its caller brought, unless two customers have that one", async () => {
  const body = { input_tokens: 10, max_output_tokens: 10, id: "mine-1" };
  const held = await reserve({ ...body, user_id: "uma" });
  const settled = await end("mine-1", "settle", { usage: { input: 9 } });
  expect(settled).toMatchObject({ status: 200, body: { data: { usage: { input: 9 } } } });
  expect(settled.body.data.event_id).toBe(held.body.data.reservation_id);
  expect((await end("mine-1", "settle", { usage: { input: 1 } })).body).toEqual(settled.body);

  await reserve({ ...body, user_id: "vic" });
  expect(await end("mine-1", "release")).toMatchObject({
    status: 409,
    body: { error: "conflict", message: expect.stringContaining("reservation_id") },
  });
});

test("the same id of the caller's gets the first answer again", async () => {
  const first = await reserve({ id: "order-1", user_id: "eli", input_tokens: 10 });
  const second = await reserve({ id: "order-1", user_id: "eli", input_tokens: 10 });
  expect(second.body).toEqual(first.body);
});

test("the provider's own answer can be given in place of counts", async () => {
  const held = await reserve({ user_id: "fay", operation: "generate", input_tokens: 100 });
  const settled = await end(held.body.data.reservation_id, "settle", {
    response: {
      modelVersion: "gemini-2.5-flash",
      usageMetadata: { promptTokenCount: 40, candidatesTokenCount: 2, totalTokenCount: 42 },
    },
  });
  expect(settled.body.data.usage).toEqual({ input: 40, output: 2 });

  const unread = await end(held.body.data.reservation_id, "settle", { response: { nothing: 1 } });
  expect(unread).toMatchObject({ status: 400, body: { field: "response" } });
});

test("a hold that nobody made, or the gateway made, cannot be ended here", async () => {
  const id = "0198c2d4-0000-7000-8000-000000000000";
  expect((await end(id, "settle", { usage: { input: 1 } })).status).toBe(404);
  expect((await end(id, "release")).status).toBe(404);
});

test("each event's id counts once, however often and in whatever order it is sent", async () => {
  const event = (id: string) => ({
    id,
    provider: "gemini",
    model: "gemini-2.5-flash",
    usage: { input: 10 },
  });
  const first = await tell("gil", [event("a"), event("b"), event("a")]);
  expect(first.body.data).toEqual({ recorded: 2, duplicates: 1, rejected: [] });
  const second = await tell("gil", [event("b"), event("c")]);
  expect(second.body.data).toEqual({ recorded: 1, duplicates: 1, rejected: [] });
  expect(await usageOf("gil")).toMatchObject({ total_calls: 3, total_tokens: 30 });
});

test("a mistake in one event refuses that one by its field, and no other", async () => {
  const good = { id: "ok", provider: "gemini", model: "gemini-2.5-flash", usage: { input: 1 } };
  const ahead = new Date(Date.now() + 6 * 60_000).toISOString();
  const { body } = await tell("hal", [
    good,
    { ...good, id: "negative", usage: { input: -1 } },
    { ...good, id: "half", usage: { input: 0.5 } },
    { ...good, id: "bucket", usage: { tokenz: 1 } },
    { ...good, id: "ahead", timestamp: ahead },
    { ...good, id: "field", colour: "red" },
    { ...good, id: "money", cost_usd: "-1" },
    { id: "bare", provider: "gemini", model: "gemini-2.5-flash" },
    "text",
  ]);
  expect(body.data.recorded).toBe(1);
  const errors = new Map<string, string>(
    body.data.rejected.map((each: { id: string; error: string }) => [each.id, each.error]),
  );
  expect(errors.get("negative")).toMatch(/^usage\.input: /);
  expect(errors.get("half")).toMatch(/^usage\.input: /);
  expect(errors.get("bucket")).toMatch(/tokenz/);
  expect(errors.get("ahead")).toMatch(/^timestamp: /);
  expect(errors.get("field")).toMatch(/^colour: /);
  expect(errors.get("money")).toMatch(/^cost_usd: /);
  expect(errors.get("bare")).toMatch(/^usage: /);
  expect(body.data.rejected.at(-1)).toMatchObject({ id: null, index: 8 });
});

test("a stated cost outranks our sum, and both are kept", async () => {
  await tell("ida", [
    {
      id: "x",
      provider: "gemini",
      model: "gemini-2.5-flash",
      usage: { input: 1_000 },
      cost_usd: "0.000000007",
    },
  ]);
  expect((await usageOf("ida")).total_cost).toBe(0.000000007);
});

test("events are never refused for a limit", async () => {
  const { body } = await tell("jo", [
    { id: "big", provider: "openai", model: "gpt-4o", usage: { input: 900_000 } },
  ]);
  expect(body.data.recorded).toBe(1);
  expect(await usageOf("jo")).toMatchObject({
    usage_status: "limit_reached",
    provider_breakdown: { openai: { calls: 1, tokens: 900_000, cost: 2.25 } },
  });
});

test("an event belongs to the period of its own timestamp", async () => {
  await tell("kai", [
    {
      id: "old",
      timestamp: new Date(Date.now() - 40 * 86_400_000).toISOString(),
      provider: "gemini",
      model: "gemini-2.5-flash",
      usage: { input: 10 },
    },
  ]);
  expect((await usageOf("kai")).total_calls).toBe(0);
  const all = await api.ask("GET", "/api/subscription/usage/kai?billing_period=all", {
    key: service,
  });
  expect(all.body.data).toMatchObject({ billing_period: "all", total_calls: 1 });
  const [period] = all.body.data.historical_breakdown;
  const past = await api.ask(
    "GET",
    `/api/subscription/usage/kai?billing_period=${period.billing_period}`,
    { key: service },
  );
  expect(past.body.data).toMatchObject({ billing_period: period.billing_period, total_calls: 1 });
});

test("metaphor is accepted wherever exa is", async () => {
  await tell("lea", [{ id: "m", provider: "metaphor", model: "search", usage: { requests: 1 } }]);
  const usage = await usageOf("lea");
  expect(usage.provider_breakdown).toMatchObject({ exa: { calls: 1 }, metaphor: { calls: 0 } });
  expect(usage.usage_percentages).toMatchObject({ exa_calls: 10, metaphor_calls: 10 });
});
