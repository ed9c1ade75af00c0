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
    await by.setClock("2026-04-02T00:10:00Z");
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
      (await allPages({ search, limit: "2", ...query })).sort((a, b) => (a < b ? -1 : 1));
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
    const usage = { billing_period: "2026-04-10", calls: 2, tokens: 220, cost: 1 };
    const listed = await asAdmin("GET", "/customers?search=full");
    expect(listed.body.data.customers).toMatchObject([{ id: "full", usage }]);
    // Of the period that is present then: nothing yet.
    await by.setClock("2026-05-12T12:00:00Z");
    const later = await asAdmin("GET", "/customers?search=full");
    expect(later.body.data.customers[0].usage).toEqual({
      billing_period: "2026-05-10",
      calls: 0,
      tokens: 0,
      cost: 0,
    });
    await by.setClock("2026-04-10T12:00:00Z");
    expect((await asAdmin("GET", "/customers/full")).body.data).toMatchObject({
      id: "full",
      erased: false,
      plan: { slug: "pro" },
      subscription: { status: "active", plan: { slug: "pro", version: 1 } },
      live_keys: 1,
      last_call_at: "2026-04-10T12:00:00.000Z",
      usage,
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
