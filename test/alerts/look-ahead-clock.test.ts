/** A running server looks ahead when its test clock is moved, and a customer's page says what it found. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "../api/running-api.ts";
import { page, setClock, tellUse } from "../api/usage-teller.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

test("at this rate: told on the customer's page, once, however often the clock moves", async () => {
  await setClock(api, "2026-05-01T00:00:00Z");
  const service = await api.serviceKey();
  const key = await api.addCustomer("ada", "pro");
  const dayOf = (day: number) => ({
    provider: "gemini",
    model: "gemini-2.5-flash",
    calls: 2,
    cost: 1_000n,
    tokens: 300_000,
    timestamp: `2026-05-${String(day).padStart(2, "0")}T11:30:00Z`,
  });
  for (let day = 1; day <= 10; day += 1) {
    await setClock(api, `2026-05-${String(day).padStart(2, "0")}T12:00:00Z`);
    await tellUse(api, { service, userId: "ada" }, [dayOf(day)]);
    await setClock(api, `2026-05-${String(day).padStart(2, "0")}T12:05:00Z`);
  }
  // On the fourth day a tenth of the month is over: 1,200,000 in 3.5 days, and 5,000,000 are reached in 14.6.
  const { alerts } = await page(api, key, "alerts/ada");
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).toMatchObject({ provider: "gemini", created_at: "2026-05-04T12:05:00.000Z" });
  const [row] = await api.rows("select kind, facts from alerts");
  expect(row?.["kind"]).toBe("projected");
  expect(JSON.parse(String(row?.["facts"]))).toMatchObject({
    used: "1200000",
    cap: "5000000",
    reached_at: expect.stringMatching(/^2026-05-15T/),
  });
});
