/** Trends: exactly the periods that were asked for, each once, whatever the calendar does. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";
import { page, setClock, tellUse } from "./usage-teller.ts";

let api: RunningApi;
let service: string;

beforeAll(async () => {
  api = await runApi();
  service = await api.serviceKey();
});
afterAll(() => api.close());

const one = (timestamp: string, provider = "gemini") => ({
  provider,
  model: "m",
  calls: 1,
  cost: 1_000_000_000n,
  tokens: 10,
  timestamp,
});

test("asked on 31 March, February is among them, once, with what was used in it", async () => {
  await setClock(api, "2026-01-31T10:00:00Z");
  const ada = await api.addCustomer("ada", "pro");
  await setClock(api, "2026-03-31T12:00:00Z");
  await tellUse(api, { service, userId: "ada" }, [
    one("2026-01-31T11:00:00Z"),
    one("2026-02-28T11:00:00Z"),
    one("2026-03-31T09:59:59.999Z"),
    one("2026-03-31T10:00:00Z"),
  ]);
  const trends = await page(api, ada, "usage/ada/trends?months=6");
  expect(trends.periods).toEqual([
    "2025-10-31",
    "2025-11-30",
    "2025-12-31",
    "2026-01-31",
    "2026-02-28",
    "2026-03-31",
  ]);
  expect(trends.total_calls).toEqual([0, 0, 0, 1, 2, 1]);
  expect(trends.total_cost).toEqual([0, 0, 0, 1, 2, 1]);
  expect(trends.provider_trends.gemini).toEqual({
    calls: [0, 0, 0, 1, 2, 1],
    cost: [0, 0, 0, 1, 2, 1],
    tokens: [0, 0, 0, 10, 20, 10],
  });
  expect(trends.provider_trends.openai.calls).toEqual([0, 0, 0, 0, 0, 0]);
});

test("a month is said to be 31 March for a customer of the first, too", async () => {
  await setClock(api, "2026-02-01T00:00:00Z");
  const ben = await api.addCustomer("ben", "pro");
  await setClock(api, "2026-03-31T23:59:59Z");
  const { periods } = await page(api, ben, "usage/ben/trends?months=3");
  expect(periods).toEqual(["2026-01-01", "2026-02-01", "2026-03-01"]);
});

test("as many entries as months, from 1 to 24, none twice; beyond that is refused by name", async () => {
  const cem = await api.addCustomer("cem", "pro");
  for (const months of [1, 2, 6, 13, 24]) {
    const trends = await page(api, cem, `usage/cem/trends?months=${months}`);
    expect(trends.periods).toHaveLength(months);
    expect(new Set(trends.periods).size).toBe(months);
    expect(trends.total_tokens).toHaveLength(months);
    expect(trends.provider_trends.exa.calls).toHaveLength(months);
  }
  for (const months of ["0", "25", "-1", "1.5", "many", "1e300"]) {
    const answer = await api.ask("GET", `/api/subscription/usage/cem/trends?months=${months}`, {
      key: cem,
    });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: "invalid_request", field: "months" });
  }
});

test("by day and by hour the steps are whole and add up to the period", async () => {
  await setClock(api, "2026-05-10T10:30:00Z");
  const dia = await api.addCustomer("dia", "pro");
  await setClock(api, "2026-05-12T01:30:00Z");
  await tellUse(api, { service, userId: "dia" }, [
    // Of the period before, on the day that this one starts.
    one("2026-05-10T10:15:00Z"),
    one("2026-05-10T10:45:00Z"),
    one("2026-05-11T23:59:59Z"),
    one("2026-05-12T00:00:00Z"),
    one("2026-05-12T01:15:00Z", "openai"),
  ]);
  const days = await page(api, dia, "usage/dia/trends?months=1&granularity=day");
  expect(days.periods).toEqual(["2026-05-10", "2026-05-11", "2026-05-12"]);
  expect(days.total_calls).toEqual([1, 1, 2]);
  const hours = await page(api, dia, "usage/dia/trends?months=1&granularity=hour");
  expect(hours.periods[0]).toBe("2026-05-10T10:00:00.000Z");
  expect(hours.periods.at(-1)).toBe("2026-05-12T01:00:00.000Z");
  expect(hours.total_calls.reduce((sum: number, calls: number) => sum + calls, 0)).toBe(4);
  expect(hours.provider_trends.openai.calls.at(-1)).toBe(1);
  const far = await api.ask("GET", "/api/subscription/usage/dia/trends?months=4&granularity=hour", {
    key: dia,
  });
  expect(far.body).toMatchObject({ error: "invalid_request", field: "months" });
});

test("exa's use stands under exa whatever it was called, and metaphor stays at zero", async () => {
  const eve = await api.addCustomer("eve", "pro");
  await tellUse(api, { service, userId: "eve" }, [one("2026-05-12T01:30:00Z", "metaphor")]);
  const { provider_trends: trends } = await page(api, eve, "usage/eve/trends?months=1");
  expect(trends.exa.calls).toEqual([1]);
  expect(trends.metaphor.calls).toEqual([0]);
});
