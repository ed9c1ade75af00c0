/** A customer who was erased: nobody any more, while every sum stays right. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Question, type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
beforeAll(async () => {
  api = await runApi({ PURSER_TAGS: "team" });
  by = await subscriberOf(api);
});
afterAll(() => api.close());

const asAdmin = (method: string, path: string, body?: Question["body"]) =>
  api.ask(method, `/api/admin${path}`, { key: api.adminKey, body });

async function listed(query: Record<string, string>): Promise<string[]> {
  const { body } = await asAdmin("GET", `/customers?${new URLSearchParams(query)}`);
  return body.data.customers.map(({ id }: { id: string }) => id);
}

const tell = (userId: string, events: readonly object[]) =>
  api.ask("POST", `/api/subscription/usage/${userId}/events`, {
    key: by.service,
    body: { events },
  });

const call = (id: string, more: object = {}) => ({
  id,
  provider: "openai",
  model: "gpt-4o",
  usage: { input: 100, output: 10 },
  cost_usd: "0.5",
  ...more,
});

describe("an erased customer", () => {
  let key: string;
  let internalId: string;
  const usage = async (userId: string) => {
    const { last_updated: _, ...stats } = await by.read("usage/@", userId);
    return stats;
  };
  const overview = async () =>
    (await asAdmin("GET", "/overview?from=2026-05-01&to=2026-05-31")).body.data;
  let bobsUsage: unknown;
  let totals: unknown;

  beforeAll(async () => {
    await by.setClock("2026-05-01T00:00:00Z");
    await asAdmin("POST", "/customers", {
      id: "gone",
      email: "gone@example.com",
      name: "Gone Person",
      plan_id: "pro",
    });
    const made = await asAdmin("POST", "/customers/gone/keys", { name: "Gone's laptop" });
    key = made.body.data.key;
    await api.addCustomer("bob", "pro");
    const noted = { tags: { team: "gone-team" }, status_code: 500 };
    await by.setClock("2026-05-02T00:00:00Z");
    for (const who of ["gone", "bob"]) {
      await tell(who, [call(`${who}-1`, noted), call(`${who}-2`, noted)]);
    }
    await api.ask("PUT", "/api/subscription/alert-preferences/gone", {
      key,
      body: { time_zone: "Europe/Oslo" },
    });
    await by.change("cancel", "gone", { at: "period_end" });
    bobsUsage = await usage("bob");
    totals = (await overview()).total_cost;
    const erased = await asAdmin("DELETE", "/customers/gone");
    expect(erased.body.data).toEqual({ erased: true, internal_id: expect.any(String) });
    internalId = erased.body.data.internal_id;
  });

  test("is a stranger afterwards: to administrators, to the backend and to their own key", async () => {
    expect((await asAdmin("GET", "/customers/gone")).status).toBe(404);
    expect((await asAdmin("PATCH", "/customers/gone", { name: "x" })).status).toBe(404);
    expect((await asAdmin("DELETE", "/customers/gone")).status).toBe(404);
    expect((await api.ask("GET", "/api/subscription/usage/gone", { key })).status).toBe(401);
    expect(await by.read("usage/@", "gone")).toMatchObject({
      total_calls: 0,
      limits: { plan_name: "Free" },
    });
    expect(await listed({ search: "gone@example.com" })).toEqual([]);
  });

  test("leaves nothing of who they were in the database", async () => {
    const [row] = await api.rows(
      `select length(sealed_key) as sealed_key, length(sealed) as sealed, length(lookup) as lookup
       from customers where id = '${internalId}'`,
    );
    expect([row?.["sealed_key"], row?.["sealed"], row?.["lookup"]].map(Number)).toEqual([0, 0, 32]);
    for (const table of ["event_details", "event_keys", "alert_preferences", "rollups_tag"]) {
      const rows = await api.rows(`select * from ${table} where customer_id = '${internalId}'`);
      expect([table, rows.length]).toEqual([table, 0]);
    }
    const keys = await api.rows(
      `select name, revoked_at from keys where customer_id = '${internalId}'`,
    );
    expect(keys.every(({ name, revoked_at }) => name === "erased" && revoked_at !== null)).toBe(
      true,
    );
    const log = await api.rows("select details from audit_log");
    expect(JSON.stringify(log.map(({ details }) => details))).not.toMatch(/gone/i);
  });

  test("keeps their sums, under an internal id", async () => {
    const shown = (await asAdmin("GET", `/customers/${internalId}`)).body.data;
    expect(shown).toMatchObject({
      id: internalId,
      erased: true,
      email: null,
      name: null,
      metadata: {},
      subscription: null,
      live_keys: 0,
      usage: { calls: 2, cost: 1 },
    });
    expect(await listed({ search: internalId })).toEqual([internalId]);
    expect(await listed({ limit: "100" })).toContain(internalId);
    const { differences } = (await asAdmin("POST", "/audit", {})).body.data;
    expect(differences).toEqual([]);
  });

  test("has no subscription that would go on, and the change is written down", async () => {
    const open = await api.rows(
      `select id from subscriptions where customer_id = '${internalId}' and ended_at is null`,
    );
    expect(open).toEqual([]);
    const changes = await api.rows(
      `select kind from subscription_changes where customer_id = '${internalId}' order by revision`,
    );
    expect(changes.map(({ kind }) => kind)).toEqual(["subscribe", "schedule_cancel", "cancel"]);
    const { entries } = (await asAdmin("GET", `/audit-log?user_id=${internalId}`)).body.data;
    const actions = entries.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(["customer.erase", "subscription.cancel"]));
    expect(entries[0].user_id).toBe(internalId);
  });

  test("changes nothing of others: their usage, their logs, the deployment's sums", async () => {
    expect(await usage("bob")).toEqual(bobsUsage);
    expect((await overview()).total_cost).toEqual(totals);
    const logs = await api.ask("GET", "/api/subscription/usage-logs", {
      key: by.service,
      headers: { "x-purser-customer": "bob" },
    });
    expect(logs.body).toMatchObject({ total_count: 2 });
    const kept = await api.rows("select event_id from event_details where tags like '%gone-team%'");
    expect(kept).toHaveLength(2);
  });

  test("no listing fails on them", async () => {
    const listings = ["/keys", "/denials", "/overview", "/customers", "/audit-log", "/plans"];
    for (const path of listings) {
      expect([path, (await asAdmin("GET", path)).status]).toEqual([path, 200]);
    }
    const keys = (await asAdmin("GET", `/keys?user_id=${internalId}`)).body.data.keys;
    expect(keys.map(({ user_id }: { user_id: string }) => user_id)).toEqual([internalId]);
  });

  test("who comes back with the same id is somebody new, and may use the same event ids", async () => {
    const told = await tell("gone", [call("gone-1")]);
    expect(told.body.data).toMatchObject({ recorded: 1, duplicates: 0 });
    const again = (await asAdmin("GET", "/customers/gone")).body.data;
    expect(again).toMatchObject({
      id: "gone",
      email: null,
      subscription: null,
      usage: { calls: 1 },
    });
    expect((await asAdmin("GET", `/customers/${internalId}`)).body.data.usage.calls).toBe(2);
  });

  test("can be erased again by the internal id: what a running call left is erased then", async () => {
    const made = await api.ask("POST", "/api/subscription/reservations", {
      key: by.service,
      body: {
        user_id: "runner",
        provider: "gemini",
        model: "gemini-2.5-flash",
        input_tokens: 1,
        max_output_tokens: 1,
      },
    });
    const hold = made.body.data.reservation_id;
    const { internal_id } = (await asAdmin("DELETE", "/customers/runner")).body.data;
    const settled = await api.ask("POST", `/api/subscription/reservations/${hold}/settle`, {
      key: by.service,
      body: { usage: { input: 1 }, status_code: 500 },
    });
    expect(settled).toMatchObject({ status: 200, body: { data: { user_id: internal_id } } });
    expect((await asAdmin("DELETE", `/customers/${internal_id}`)).status).toBe(200);
    expect((await asAdmin("GET", `/customers/${internal_id}`)).body.data.usage.calls).toBe(1);
  });

  test("of more events than one step takes, all details go", async () => {
    await api.addCustomer("many", "enterprise");
    for (let part = 0; part < 3; part += 1) {
      const events = Array.from({ length: 900 }, (_, n) =>
        call(`many-${part}-${n}`, { tags: { team: "m" }, cost_usd: 0 }),
      );
      expect((await tell("many", events)).body.data.recorded).toBe(900);
    }
    const { internal_id } = (await asAdmin("DELETE", "/customers/many")).body.data;
    for (const table of ["event_details", "event_keys"]) {
      const rows = await api.rows(`select * from ${table} where customer_id = '${internal_id}'`);
      expect([table, rows.length]).toEqual([table, 0]);
    }
  });
});
