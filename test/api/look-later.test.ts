/** What changes limits or wishes leaves word in the outbox, in its own transaction: thresholds are looked at anew. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
let ada: string;
let seen = 0;

beforeAll(async () => {
  api = await runApi();
  by = await subscriberOf(api);
  await by.setClock("2026-04-01T00:00:00Z");
  ada = await api.addCustomer("ada", "pro");
});
afterAll(() => api.close());
beforeEach(async () => {
  seen = await lastRow();
});

async function lastRow(): Promise<number> {
  const [row] = await api.rows("select coalesce(max(id), 0) as last from outbox");
  return Number(row?.["last"]);
}

/** What is there since the test began, but for alerts. */
async function written(): Promise<unknown[]> {
  const rows = await api.rows(
    `select kind, customer_id, payload from outbox where id > ${seen} and kind <> 'alert' order by id`,
  );
  return rows.map((row) => [
    row["kind"],
    row["customer_id"] === "deployment" ? "deployment" : "ada",
    JSON.parse(String(row["payload"])),
  ]);
}

test("each step of a subscription, with its revision", async () => {
  const [first] = await api.rows("select payload from outbox where kind = 'subscription'");
  expect(JSON.parse(String(first?.["payload"]))).toEqual({ revision: 1 });
  await by.change("change-plan", "ada", {
    plan_id: "basic",
    billing_cycle: "monthly",
    when: "now",
  });
  await by.change("change-plan", "ada", {
    ...{ plan_id: "pro", billing_cycle: "monthly", when: "period_end" },
    preview: true,
  });
  await by.change("cancel", "ada", { at: "period_end" });
  const revisions = await api.rows("select revision from subscription_changes order by revision");
  expect(await written()).toEqual(
    revisions
      .slice(1)
      .map(({ revision }) => ["subscription", "ada", { revision: Number(revision) }]),
  );
  expect(revisions).toHaveLength(3);
});

test("a budget, the deployment's limits and a customer's wishes; not a key without limits", async () => {
  const keys = "/api/subscription/keys/ada";
  await api.ask("POST", keys, { key: ada, body: { name: "plain" } });
  expect(await written()).toEqual([]);
  const limits = [{ meter: "calls", max: 5, alert_at: [50] }];
  const made = await api.ask("POST", keys, { key: ada, body: { name: "bounded", limits } });
  const { id } = made.body.data;
  const ofKey = ["look", "ada", { key_id: id }];
  expect(await written()).toEqual([ofKey]);
  // A key that replaces another counts as it: nothing is new.
  await api.ask("POST", `${keys}/${id}/rotate`, { key: ada });
  expect(await written()).toEqual([ofKey]);
  await api.ask("PUT", "/api/admin/limits", { key: api.adminKey, body: { limits } });
  const ofDeployment = ["look", "deployment", { deployment: true }];
  expect((await written()).slice(1)).toEqual([ofDeployment]);
  await api.ask("PUT", "/api/subscription/alert-preferences/ada", {
    key: ada,
    body: { thresholds: [50] },
  });
  expect((await written()).slice(2)).toEqual([["look", "ada", {}], ofKey]);
});

test("thresholds of limits and plans are shown as they were written, and refused by field and mend", async () => {
  const ask = (path: string, body: unknown) =>
    api.ask(path.endsWith("limits") ? "PUT" : "POST", `/api/admin/${path}`, {
      key: api.adminKey,
      body,
    });
  const limit = { meter: "calls", per: "period", max: 5, at_cap: "deny", alert_at: [50, 80] };
  expect((await ask("limits", { limits: [limit] })).body.data.limits).toEqual([limit]);
  const plan = { id: "told", name: "Told", tier: "pro", price: { monthly: 1, yearly: 10 } };
  const made = await ask("plans", { ...plan, alert_at: [25], limits: [limit] });
  expect(made.body.data.definition).toMatchObject({ alert_at: [25], limits: [limit] });
  const refused = await ask("limits", { limits: [{ ...limit, alert_at: [80, 50] }] });
  expect(refused).toMatchObject({ status: 400, body: { field: "limits[0].alert_at" } });
  expect(refused.body.message).toContain("must be ascending, each percentage once.");
});
