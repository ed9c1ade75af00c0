/** Who may ask what: keys of each kind, other people's ids, and keys that are no good. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { socketDoor } from "../../src/client/admin-door.ts";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let ada: string;
let service: string;
beforeAll(async () => {
  api = await runApi();
  ada = await api.addCustomer("ada");
  await api.addCustomer("bob");
  service = await api.serviceKey();
});
afterAll(() => api.close());

test("no key, a malformed, an unknown and a foreign one are 401 and nothing else", async () => {
  const unknown = `purser_customer_${"a".repeat(43)}`;
  for (const key of [undefined, "x", "purser_customer_short", unknown, `${ada}x`]) {
    const answer = await api.ask("GET", "/api/subscription/usage/ada", key ? { key } : {});
    expect(answer.status).toBe(401);
    expect(answer.body.error).toBe("unauthenticated");
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  }
  const basic = await api.ask("GET", "/api/subscription/usage/ada", {
    headers: { authorization: `Basic ${ada}` },
  });
  expect(basic.status).toBe(401);
});

test("a revoked key is refused from the very next request on", async () => {
  const made = await api.ask("POST", "/api/admin/customers/ada/keys", {
    key: api.adminKey,
    body: { name: "lost" },
  });
  const { id, key } = made.body.data;
  const usage = () => api.ask("GET", "/api/subscription/usage/ada", { key });
  expect((await usage()).status).toBe(200);
  await api.ask("POST", `/api/admin/keys/${id}/revoke`, { key: api.adminKey });
  const after = await usage();
  expect(after.status).toBe(401);
  expect(after.body.message).toMatch(/revoked/);
});

test("an expired key is refused", async () => {
  await api.ask("POST", "/api/admin/clock", {
    key: api.adminKey,
    body: { now: "2030-01-01T00:00:00Z" },
  });
  const made = await api.ask("POST", "/api/admin/customers/ada/keys", {
    key: api.adminKey,
    body: { name: "short", expires_at: "2030-01-01T01:00:00Z" },
  });
  const usage = () => api.ask("GET", "/api/subscription/usage/ada", { key: made.body.data.key });
  expect((await usage()).status).toBe(200);
  await api.ask("POST", "/api/admin/clock", {
    key: api.adminKey,
    body: { now: "2030-01-01T01:00:00Z" },
  });
  expect((await usage()).status).toBe(401);
});

test("another customer's id is forbidden, and the answer does not tell whether it exists", async () => {
  const refusal = async (id: string) => {
    const answer = await api.ask("GET", `/api/subscription/usage/${id}`, { key: ada });
    const { request_id: _, ...body } = answer.body;
    return { status: answer.status, body };
  };
  const known = await refusal("bob");
  expect(known).toMatchObject({ status: 403, body: { error: "forbidden" } });
  expect(await refusal("nobody-at-all")).toEqual(known);

  const logs = await api.ask("GET", "/api/subscription/usage-logs", {
    key: ada,
    headers: { "x-purser-customer": "bob" },
  });
  expect(logs.status).toBe(403);
});

test("the header X-User-ID is ignored", async () => {
  const answer = await api.ask("GET", "/api/subscription/usage/ada", {
    key: ada,
    headers: { "x-user-id": "bob" },
  });
  expect(answer.status).toBe(200);
});

test("a customer's key can neither administrate nor record usage nor hold", async () => {
  const asked: [string, string, unknown?][] = [
    ["GET", "/api/admin/keys"],
    ["GET", "/api/admin/denials"],
    ["POST", "/api/admin/customers", { id: "eve" }],
    ["POST", "/api/admin/customers/ada/keys", { name: "more" }],
    ["POST", "/api/admin/clock", { now: "2030-01-01T00:00:00Z" }],
    ["POST", "/api/subscription/reservations", {}],
    ["POST", "/api/subscription/reservations/x/settle", {}],
    ["POST", "/api/subscription/reservations/x/release"],
    ["POST", "/api/subscription/usage/ada/events", { events: [] }],
  ];
  for (const [method, path, body] of asked) {
    const answer = await api.ask(method, path, { key: ada, body });
    expect([path, answer.status]).toEqual([path, 403]);
  }
});

test("a service key reads any customer, and administrates nothing", async () => {
  expect((await api.ask("GET", "/api/subscription/usage/bob", { key: service })).status).toBe(200);
  expect((await api.ask("GET", "/api/admin/keys", { key: service })).status).toBe(403);
});

test("where the path names nobody, a service key names the customer in the header", async () => {
  const path = "/api/subscription/usage-logs";
  const unnamed = await api.ask("GET", path, { key: service });
  expect(unnamed).toMatchObject({ status: 400, body: { field: "user_id" } });
  const named = await api.ask("GET", path, {
    key: service,
    headers: { "x-purser-customer": "ada" },
  });
  expect(named.status).toBe(200);
});

test("a service sees somebody who never called as a new customer; an administrator learns the truth", async () => {
  const asService = await api.ask("GET", "/api/subscription/status/newcomer", { key: service });
  expect(asService.body.data).toMatchObject({ active: true, plan: "free", can_use_api: true });
  const asAdmin = await api.ask("GET", "/api/subscription/status/newcomer", { key: api.adminKey });
  expect(asAdmin.status).toBe(404);
  const looked = await api.ask("GET", "/api/admin/customers/newcomer", { key: api.adminKey });
  expect(looked.status).toBe(404);
});

test("whoever can open the socket in the data folder is the administrator, without a key", async () => {
  const path = join(api.dataDir, "purser.sock");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const question = { method: "GET", path: "/api/admin/keys", headers: {} };
  const { signal } = new AbortController();
  expect((await socketDoor(api.dataDir).send({ ...question, signal })).status).toBe(200);
  expect((await api.ask("GET", "/api/admin/keys")).status).toBe(401);
});

test("many failures from one address are slowed down, and a good key still works there", async () => {
  const statuses = await Promise.all(
    Array.from({ length: 80 }, async () => {
      const answer = await api.ask("GET", "/api/subscription/usage/ada", { key: "wrong" });
      return answer.status;
    }),
  );
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect((await api.ask("GET", "/api/subscription/usage/ada", { key: ada })).status).toBe(200);
});
