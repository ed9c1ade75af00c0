/** The audit log over HTTP: who changed what, filtered and paged. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

interface Entry {
  readonly id: number;
  readonly action: string;
  readonly actor: string;
  readonly user_id: string | null;
}

let api: RunningApi;
let by: Subscriber;

async function read(query: Record<string, string> = {}): Promise<{
  entries: Entry[];
  next_cursor?: string;
  has_more: boolean;
}> {
  const path = `/api/admin/audit-log?${new URLSearchParams(query)}`;
  return (await api.ask("GET", path, { key: api.adminKey })).body.data;
}
const actions = async (query: Record<string, string>) =>
  (await read(query)).entries.map(({ action }) => action);

beforeAll(async () => {
  api = await runApi();
  by = await subscriberOf(api);
  await by.setClock("2026-04-01T00:00:00Z");
  const ada = await api.addCustomer("ada");
  await api.addCustomer("bob", "pro");
  await by.setClock("2026-04-02T00:00:00Z");
  await by.change("subscribe", "ada", { plan_id: "pro" });
  await api.ask("POST", "/api/subscription/keys/ada", { key: ada, body: { name: "laptop" } });
});
afterAll(() => api.close());

test("says who changed what and when, newest first", async () => {
  const { entries } = await read();
  expect(entries[0]).toEqual({
    id: expect.any(Number),
    timestamp: "2026-04-02T00:00:00.000Z",
    actor: expect.stringMatching(/^key:/),
    action: "key.create",
    subject: expect.any(String),
    user_id: "ada",
    details: { kind: "customer" },
  });
  expect(entries[1]).toMatchObject({
    action: "subscription.subscribe",
    user_id: "ada",
    details: { plan: "pro", status: "active" },
  });
  const ids = entries.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
});

test("is filtered by customer (their keys too), actor, action and time", async () => {
  expect(await actions({ user_id: "ada" })).toEqual([
    "key.create",
    "subscription.subscribe",
    "key.create",
    "customer.create",
  ]);
  expect(await actions({ user_id: "bob", action: "subscription" })).toEqual([
    "subscription.subscribe",
  ]);
  expect(new Set(await actions({ action: "key.create" }))).toEqual(new Set(["key.create"]));
  expect(await actions({ action: "ke" })).toEqual([]);
  expect(await actions({ action: "key.creat" })).toEqual([]);
  const second = { from: "2026-04-02T00:00:00Z", to: "2026-04-03T00:00:00Z" };
  expect(await actions({ actor: "admin key", ...second })).toEqual([]);
  const { entries } = await read({ actor: "admin key" });
  expect(entries.length).toBeGreaterThan(3);
  expect(await actions(second)).toEqual(["key.create", "subscription.subscribe"]);
  expect(await actions({ user_id: "ada", to: "2026-04-02T00:00:00Z" })).toEqual([
    "key.create",
    "customer.create",
  ]);
});

test("is paged without a gap or a repetition, while entries come in", async () => {
  const whole = (await read({ user_id: "ada" })).entries.map(({ id }) => id);
  const paged: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({
      user_id: "ada",
      limit: "1",
      ...(cursor === undefined ? {} : { cursor }),
    });
    paged.push(...page.entries.map(({ id }) => id));
    expect(page.has_more).toBe("next_cursor" in page);
    cursor = page.next_cursor;
    if (paged.length === 2) await by.change("cancel", "ada", { at: "now" });
  } while (cursor !== undefined);
  expect(paged).toEqual(whole);
});

test("is for administrators, and asked for with what can be used", async () => {
  const path = "/api/admin/audit-log";
  expect((await api.ask("GET", path, { key: by.service })).status).toBe(403);
  const wrong = {
    cursor: "x",
    limit: "1001",
    from: "yesterday",
    to: "tomorrow",
    action: "Key Create",
    subjects: "x",
  };
  for (const [field, value] of Object.entries(wrong)) {
    const query = new URLSearchParams({ [field]: value });
    const refused = await api.ask("GET", `${path}?${query}`, { key: api.adminKey });
    expect([field, refused.status, refused.body.field]).toEqual([field, 400, field]);
  }
  const nobody = await api.ask("GET", `${path}?user_id=nobody`, { key: api.adminKey });
  expect(nobody.status).toBe(404);
});
