/** What administrators do over HTTP. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Question, type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

const asAdmin = (method: string, path: string, body?: Question["body"]) =>
  api.ask(method, `/api/admin${path}`, { key: api.adminKey, body });

test("a customer is added once, on the plan that was named by slug or by number", async () => {
  const added = await asAdmin("POST", "/customers", {
    id: "ada",
    email: "ada@example.com",
    name: "Ada",
    plan_id: "pro",
    billing_cycle: "yearly",
    metadata: { team: "engines" },
  });
  expect(added.body).toMatchObject({
    success: true,
    data: {
      id: "ada",
      email: "ada@example.com",
      metadata: { team: "engines" },
      plan: { slug: "pro", name: "Pro" },
      subscription_status: "active",
    },
  });
  expect((await asAdmin("GET", "/customers/ada")).body.data).toMatchObject(added.body.data);

  const again = await asAdmin("POST", "/customers", { id: "ada" });
  expect(again).toMatchObject({ status: 409, body: { error: "conflict" } });

  const { id } = added.body.data.plan;
  const byNumber = await asAdmin("POST", "/customers", { id: "bob", plan_id: id });
  expect(byNumber.body.data.plan.slug).toBe("pro");
});

test("two additions of one customer at once make one", async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => asAdmin("POST", "/customers", { id: "twin", plan_id: "pro" })),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([201, ...Array(7).fill(409)]);
});

test("a plan that does not exist is refused, and the customer is not made", async () => {
  const refused = await asAdmin("POST", "/customers", { id: "cy", plan_id: "gold" });
  expect(refused).toMatchObject({ status: 422, body: { error: "plan_unknown", plan_id: "gold" } });
  expect((await asAdmin("GET", "/customers/cy")).status).toBe(404);
});

test("ids of every script and sign are kept as they are", async () => {
  for (const id of ["ünï cödé", "a/b?c=d#e", "日本", "user@example.com", "%41"]) {
    const key = await api.addCustomer(id);
    const path = encodeURIComponent(id);
    expect((await asAdmin("GET", `/customers/${path}`)).body.data.id).toBe(id);
    const usage = await api.ask("GET", `/api/subscription/usage/${path}`, { key });
    expect([id, usage.status]).toEqual([id, 200]);
  }
  expect((await asAdmin("POST", "/customers", { id: "" })).status).toBe(400);
  expect((await asAdmin("POST", "/customers", { id: "a\nb" })).status).toBe(400);
});

test("a key is shown once; lists show its beginning and never its text", async () => {
  const made = await asAdmin("POST", "/customers/ada/keys", {
    name: "laptop",
    limits: [{ meter: "cost", max: "5.00", per: "day" }],
  });
  const { key, id, prefix } = made.body.data;
  expect(key).toMatch(/^purser_customer_[0-9A-Za-z]{43}$/);
  expect(key.startsWith(prefix)).toBe(true);

  const list = await asAdmin("GET", "/keys");
  expect(list.text).not.toContain(key);
  expect(list.body.data.keys).toContainEqual(
    expect.objectContaining({
      id,
      prefix,
      user_id: "ada",
      name: "laptop",
      revoked_at: null,
      limits: [{ meter: "cost", per: "day", max: "5", at_cap: "deny" }],
    }),
  );
  expect((await asAdmin("POST", "/keys/nothing/revoke")).status).toBe(404);
  expect((await asAdmin("POST", "/customers/nobody/keys", { name: "x" })).status).toBe(404);
});

test("an admin key of the table administrates like the one of the settings", async () => {
  const made = await asAdmin("POST", "/keys", { kind: "admin", name: "second" });
  const answer = await api.ask("GET", "/api/admin/keys", { key: made.body.data.key });
  expect(answer.status).toBe(200);
});

test("the deployment's own limits are replaced as a whole, and bind", async () => {
  const limits = [{ meter: "calls", provider: "gemini", per: "day", max: 0 }];
  const put = await asAdmin("PUT", "/limits", { limits });
  expect(put.body.data.limits).toEqual([{ ...limits[0], at_cap: "deny" }]);
  expect((await asAdmin("GET", "/limits")).body.data).toEqual(put.body.data);
  const hold = () =>
    api.ask("POST", "/api/subscription/reservations", {
      key: api.adminKey,
      body: { user_id: "ada", provider: "gemini", model: "gemini-2.5-flash" },
    });
  expect((await hold()).status).toBe(429);
  await asAdmin("PUT", "/limits", { limits: [] });
  expect((await hold()).status).toBe(200);
  const bad = await asAdmin("PUT", "/limits", { limits: [{ meter: "calls", max: -1 }] });
  expect(bad).toMatchObject({ status: 400, body: { field: "limits[0].max" } });
});

test("plans are compared, then applied, by the text of a file or by a list", async () => {
  const current = (await asAdmin("GET", "/plans")).body.data.plans;
  const definitions = current.map((plan: { definition: object }) => plan.definition);
  const none = await asAdmin("POST", "/plans/apply", { plans: definitions });
  expect(none.body.data.changes).toEqual([]);

  const dearer = definitions.map((plan: { id: string; price: object }) =>
    plan.id === "basic" ? { ...plan, price: { ...plan.price, monthly: "39.00" } } : plan,
  );
  const change = { plan: "basic", kind: "changed", words: "price.monthly: 29 → 39" };
  const asText = JSON.stringify({ plans: dearer });
  const dry = await asAdmin("POST", "/plans/apply", { plans: asText, dry_run: true });
  expect(dry.body.data).toEqual({ changes: [change], dry_run: true });
  const wet = await asAdmin("POST", "/plans/apply", { plans: asText });
  expect(wet.body.data).toEqual({ changes: [change], dry_run: false });
  const after = await api.ask("GET", "/api/subscription/plans");
  expect(after.body.data.plans[1]).toMatchObject({ slug: "basic", price_monthly: 39 });

  const bad = await asAdmin("POST", "/plans/apply", { plans: "plans: [{ id: x }]" });
  expect(bad).toMatchObject({ status: 400, body: { error: "invalid_request" } });
});

test("every change by an administrator is in the audit log", async () => {
  const rows = await api.rows("select action from audit_log order by id");
  expect(rows.map(({ action }) => action)).toEqual(
    expect.arrayContaining(["customer.create", "key.create", "limits.set", "plans.apply"]),
  );
});

test("the test clock is refused where it is off", async () => {
  const real = await runApi({ PURSER_TEST_CLOCK: "0" });
  const answer = await real.ask("POST", "/api/admin/clock", {
    key: real.adminKey,
    body: { now: "2026-04-01T00:00:00Z" },
  });
  expect(answer).toMatchObject({ status: 403, body: { error: "forbidden" } });
  expect(answer.body.message).toMatch(/PURSER_TEST_CLOCK/);
  await real.close();
});
