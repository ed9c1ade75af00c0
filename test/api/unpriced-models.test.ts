/** Which models were called without a price, until they have one and their calls were priced again. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";
import { setClock } from "./usage-teller.ts";

const NOW = "2026-04-11T12:00:00.000Z";
const EARLIER = "2026-04-09T08:00:00.000Z";

let api: RunningApi;
let service: string;
beforeAll(async () => {
  api = await runApi();
  await setClock(api, NOW);
  await api.addCustomer("ada", "pro");
  service = await api.serviceKey();
});
afterAll(() => api.close());

async function unpriced() {
  const answer = await api.ask("GET", "/api/admin/prices/unpriced", { key: api.adminKey });
  expect(answer.status, answer.text).toBe(200);
  return answer.body.data;
}

async function rerate() {
  const body = { provider: "gemini", model: "nano-brain", dry_run: false };
  const answer = await api.ask("POST", "/api/admin/prices/rerate", { key: api.adminKey, body });
  return answer.body.data;
}

test("a model without a price is listed until it has one and its calls are priced again", async () => {
  expect(await unpriced()).toMatchObject({ models: [], total: 0 });
  const call = { provider: "gemini", usage: { input: 1_000, output: 500 } };
  const events = [
    { ...call, id: "one", model: "nano-brain", timestamp: EARLIER },
    { ...call, id: "two", model: "nano-brain" },
    { ...call, id: "three", model: "gemini-2.5-flash" },
  ];
  const told = await api.ask("POST", "/api/subscription/usage/ada/events", {
    key: service,
    body: { events },
  });
  expect(told.body.data).toMatchObject({ recorded: 3 });
  const model = { provider: "gemini", model: "nano-brain", calls: 2, tokens: 3_000 };
  expect((await unpriced()).models).toEqual([
    { ...model, first_at: EARLIER, last_at: EARLIER, has_price: false },
  ]);

  const price = { provider: "gemini", model: "nano-brain", rates: { input: "2", output: "8" } };
  await api.ask("POST", "/api/admin/prices", { key: api.adminKey, body: price });
  expect((await unpriced()).models).toMatchObject([{ ...model, has_price: true }]);
  expect(await rerate()).toMatchObject({ changed: 2, old_cost: 0, new_cost: 0.012 });
  expect(await unpriced()).toMatchObject({ models: [], total: 0 });
});

test("one whose alert is marked as read is listed while it has no price, and not after", async () => {
  const event = { id: "four", provider: "mistral", model: "free-brain", usage: { input: 10 } };
  await api.ask("POST", "/api/subscription/usage/ada/events", {
    key: service,
    body: { events: [event] },
  });
  await api.ask("POST", "/api/admin/alerts/mark-all-read", { key: api.adminKey });
  expect((await unpriced()).models).toMatchObject([{ model: "free-brain", has_price: false }]);
  const price = { provider: "mistral", model: "free-brain", rates: { input: 0 } };
  await api.ask("POST", "/api/admin/prices", { key: api.adminKey, body: price });
  expect((await unpriced()).models).toEqual([]);
});

test("only an administrator may ask", async () => {
  const answer = await api.ask("GET", "/api/admin/prices/unpriced", { key: service });
  expect(answer.status).toBe(403);
});
