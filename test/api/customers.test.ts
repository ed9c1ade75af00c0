/** Customers as administrators see and change them: searched, paged, edited, erased. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Question, type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
beforeAll(async () => {
  api = await runApi({ PURSER_TAGS: "team" });
  by = await subscriberOf(api);
  await by.setClock("2026-04-01T00:00:00Z");
});
afterAll(() => api.close());

const asAdmin = (method: string, path: string, body?: Question["body"]) =>
  api.ask(method, `/api/admin${path}`, { key: api.adminKey, body });

interface Listed {
  readonly id: string;
  readonly erased: boolean;
}

async function list(query: Record<string, string>): Promise<{ ids: string[]; next?: string }> {
  const { body } = await asAdmin("GET", `/customers?${new URLSearchParams(query)}`);
  const ids = body.data.customers.map(({ id }: Listed) => id);
  expect(body.data.has_more).toBe("next_cursor" in body.data);
  return { ids, ...(body.data.has_more ? { next: body.data.next_cursor } : {}) };
}

async function allPages(query: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...page.ids);
    cursor = page.next;
  } while (cursor !== undefined);
  return ids;
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

describe("a list of customers", () => {
  beforeAll(async () => {
    for (let n = 0; n < 7; n += 1) {
      // Two are made in each minute: pages must not lose one of the same instant.
      await by.setClock(`2026-04-02T00:0${Math.floor(n / 2)}:00Z`);
      await asAdmin("POST", "/customers", {
        id: `list-${n}`,
        email: `person${n}@list.example.com`,
        name: n === 3 ? "Żaneta Ŵilde" : `Person ${n}`,
        ...(n % 2 === 0 ? { plan_id: "pro" } : {}),
      });
    }
    await asAdmin("POST", "/customers/list-4/payment-failed", { grace_days: 3 });
  });

  test("is paged without a gap or a repetition, also while customers come in", async () => {
    const first = await list({ search: "@list.example.com", limit: "3" });
    expect(first.ids).toHaveLength(3);
    await asAdmin("POST", "/customers", { id: "late", email: "late@list.example.com" });
    const next = { search: "@list.example.com", limit: "3", cursor: first.next ?? "" };
    const second = await list(next);
    const third = await list({ ...next, cursor: second.next ?? "" });
    const paged = [...first.ids, ...second.ids, ...third.ids];
    expect([...paged].sort()).toEqual([0, 1, 2, 3, 4, 5, 6].map((n) => `list-${n}`));
    expect(third.next).toBeUndefined();
    expect(await allPages({ search: "@list.example.com", limit: "3" })).toEqual(["late", ...paged]);
  });

  test("is searched by id, and by a part of e-mail or name, in any script", async () => {
    expect((await list({ search: "list-5" })).ids).toEqual(["list-5"]);
    expect((await list({ search: "PERSON2@" })).ids).toEqual(["list-2"]);
    expect((await list({ search: "żaneta ŵ" })).ids).toEqual(["list-3"]);
    expect((await list({ search: "nobody has this" })).ids).toEqual([]);
  });

  test("is filtered by plan and by status", async () => {
    const search = "@list.example.com";
    const sorted = async (query: Record<string, string>) =>
      (await allPages({ search, limit: "2", ...query })).sort();
    expect(await sorted({ plan: "pro" })).toEqual(["list-0", "list-2", "list-4", "list-6"]);
    expect(await sorted({ status: "past_due" })).toEqual(["list-4"]);
    expect(await sorted({ status: "none" })).toEqual(["late", "list-1", "list-3", "list-5"]);
    expect(await sorted({ plan: "basic" })).toEqual([]);
    expect((await list({ search: "list-4", status: "active" })).ids).toEqual([]);
  });

  test("refuses what is no cursor, plan, status or limit", async () => {
    const wrong = { cursor: "x", status: "sleeping", limit: "101", search: "", page: "2" };
    for (const [field, value] of Object.entries(wrong)) {
      const answer = await asAdmin("GET", `/customers?${new URLSearchParams({ [field]: value })}`);
      expect([field, answer.status, answer.body.field]).toEqual([field, 400, field]);
    }
    expect((await asAdmin("GET", "/customers?plan=gold")).status).toBe(422);
  });
});

describe("one customer", () => {
  test("is shown with subscription, keys, last call and the period's usage", async () => {
    await by.setClock("2026-04-10T12:00:00Z");
    await api.addCustomer("full", "pro");
    await tell("full", [call("full-1"), call("full-2")]);
    expect((await asAdmin("GET", "/customers/full")).body.data).toMatchObject({
      id: "full",
      erased: false,
      plan: { slug: "pro" },
      subscription: { status: "active", plan: { slug: "pro", version: 1 } },
      live_keys: 1,
      last_call_at: "2026-04-10T12:00:00.000Z",
      usage: { billing_period: "2026-04-10", calls: 2, tokens: 220, cost: 1 },
    });
  });

  test("is edited field by field: null clears, what is left out stays", async () => {
    const before = { email: "eva@example.com", name: "Eva", metadata: { team: "a", floor: 3 } };
    await asAdmin("POST", "/customers", { id: "eva", ...before });
    const edited = await asAdmin("PATCH", "/customers/eva", { name: "Eva B." });
    expect(edited.body.data).toMatchObject({ ...before, id: "eva", name: "Eva B." });
    const cleared = await asAdmin("PATCH", "/customers/eva", { email: null, metadata: { x: 1 } });
    expect(cleared.body.data).toMatchObject({ email: null, name: "Eva B.", metadata: { x: 1 } });
    expect((await asAdmin("GET", "/customers/eva")).body.data).toMatchObject(cleared.body.data);
    const wrong: [object, string][] = [
      [{ email: "not one" }, "email"],
      [{ name: "" }, "name"],
      [{ metadata: [] }, "metadata"],
      [{ id: "other" }, "id"],
    ];
    for (const [body, field] of wrong) {
      const refused = await asAdmin("PATCH", "/customers/eva", body);
      expect([field, refused.status, refused.body.field]).toEqual([field, 400, field]);
    }
    expect((await asAdmin("PATCH", "/customers/nobody", { name: "x" })).status).toBe(404);
  });

  test("edited by several at once keeps every change", async () => {
    await asAdmin("POST", "/customers", { id: "shared" });
    await Promise.all([
      asAdmin("PATCH", "/customers/shared", { email: "shared@example.com" }),
      asAdmin("PATCH", "/customers/shared", { name: "Shared" }),
      asAdmin("PATCH", "/customers/shared", { metadata: { kept: true } }),
    ]);
    expect((await asAdmin("GET", "/customers/shared")).body.data).toMatchObject({
      email: "shared@example.com",
      name: "Shared",
      metadata: { kept: true },
    });
  });
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
    expect((await list({ search: "gone@example.com" })).ids).toEqual([]);
  });

  test("leaves nothing of who they were in the database", async () => {
    const [row] = await api.rows(
      `select length(sealed_key) as sealed_key, length(sealed) as sealed, length(lookup) as lookup
       from customers where id = '${internalId}'`,
    );
    expect([row?.sealed_key, row?.sealed, row?.lookup].map(Number)).toEqual([0, 0, 32]);
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
    expect((await list({ search: internalId })).ids).toEqual([internalId]);
    expect(await allPages({ limit: "100" })).toContain(internalId);
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
