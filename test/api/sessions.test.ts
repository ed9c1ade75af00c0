/** Signing in with a key or a link: what a session may do, and when it ends. */
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let ada: string;
beforeAll(async () => {
  api = await runApi({ PURSER_TAGS: "team, feature" });
  ada = await api.addCustomer("ada");
  await api.addCustomer("bob");
});
afterAll(() => api.close());

const PAGE = { "x-purser-page": "1" };

const signIn = (body: unknown, headers: Readonly<Record<string, string>> = PAGE) =>
  api.ask("POST", "/api/session", { body, headers });
const cookieOf = (answer: Answer): string =>
  (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
const withCookie = (cookie: string, method: string, path: string, body?: unknown) =>
  api.ask(method, path, { headers: { ...PAGE, cookie }, body });
const portalToken = async (userId: string, body: object = {}): Promise<string> => {
  const path = `/api/admin/customers/${userId}/portal-session`;
  const made = await api.ask("POST", path, { key: api.adminKey, body });
  expect(made.status).toBe(201);
  return new URL(made.body.data.url).hash.slice(1);
};

test("an admin key is exchanged for a cookie that scripts cannot read, and it does what the key does", async () => {
  const signed = await signIn({ key: api.adminKey });
  expect(signed.status).toBe(200);
  expect(signed.body.data).toMatchObject({ kind: "admin" });
  expect(signed.headers.get("set-cookie")).toMatch(/; HttpOnly.*SameSite=Lax/i);
  expect(signed.text).not.toContain(api.adminKey);
  const cookie = cookieOf(signed);
  expect((await withCookie(cookie, "GET", "/api/admin/customers")).status).toBe(200);
  expect((await withCookie(cookie, "GET", "/api/session")).body.data).toMatchObject({
    kind: "admin",
    expires_at: expect.stringMatching(/Z$/),
  });
});

test("a customer signs in with their own key, and reads nobody else's and no operator's page", async () => {
  const cookie = cookieOf(await signIn({ key: ada }));
  expect((await withCookie(cookie, "GET", "/api/session")).body.data).toMatchObject({
    kind: "customer",
    user_id: "ada",
  });
  expect((await withCookie(cookie, "GET", "/api/subscription/usage/ada")).status).toBe(200);
  expect((await withCookie(cookie, "GET", "/api/subscription/usage/bob")).status).toBe(403);
  expect((await withCookie(cookie, "GET", "/api/admin/customers")).status).toBe(403);
});

test("whoever is signed in is told by which tags usage is added up", async () => {
  const tags = ["team", "feature"];
  for (const key of [ada, api.adminKey]) {
    const signed = await signIn({ key });
    expect(signed.body.data.tags).toEqual(tags);
    const asked = await withCookie(cookieOf(signed), "GET", "/api/session");
    expect(asked.body.data.tags).toEqual(tags);
  }
});

test("a portal link signs in once, and leads back", async () => {
  const token = await portalToken("bob", { return_url: "https://app.example.com/settings" });
  const signed = await signIn({ portal_token: token });
  expect(signed.body.data).toMatchObject({
    kind: "customer",
    user_id: "bob",
    return_url: "https://app.example.com/settings",
  });
  expect((await signIn({ portal_token: token })).status).toBe(401);
  const cookie = cookieOf(signed);
  const made = await withCookie(cookie, "POST", "/api/subscription/keys/bob", { name: "mine" });
  expect(made.status).toBe(201);
  expect((await withCookie(cookie, "GET", "/api/subscription/usage/ada")).status).toBe(403);
});

test("two that use one link at once: one is signed in", async () => {
  const token = await portalToken("ada");
  const all = await Promise.all(Array.from({ length: 8 }, () => signIn({ portal_token: token })));
  expect(all.filter(({ status }) => status === 200).length).toBe(1);
});

test("a service key signs nobody in, and makes links", async () => {
  const service = await api.serviceKey();
  expect((await signIn({ key: service })).status).toBe(401);
  const made = await api.ask("POST", "/api/admin/customers/carol/portal-session", {
    key: service,
    body: {},
  });
  expect(made.body.data).toMatchObject({ url: expect.stringContaining("/portal#") });
});

test("what another site's page can send changes nothing", async () => {
  const cookie = cookieOf(await signIn({ key: ada }));
  const forged = await api.ask("POST", "/api/subscription/keys/ada", {
    headers: { cookie },
    body: { name: "forged" },
  });
  expect(forged.status).toBe(403);
  expect(forged.body.message).toContain("x-purser-page");
  expect((await signIn({ key: ada }, {})).status).toBe(403);
});

test("a session ends when it is signed out, and with the key it was begun with", async () => {
  const cookie = cookieOf(await signIn({ key: ada }));
  expect((await withCookie(cookie, "DELETE", "/api/session")).status).toBe(200);
  expect((await withCookie(cookie, "GET", "/api/session")).status).toBe(401);
  const other = cookieOf(await signIn({ key: ada }));
  const { keys } = (await api.ask("GET", "/api/subscription/keys/ada", { key: api.adminKey })).body
    .data;
  const { id } = keys.find(({ prefix }: { prefix: string }) => ada.startsWith(prefix));
  await api.ask("POST", `/api/admin/keys/${id}/revoke`, { key: api.adminKey });
  expect((await withCookie(other, "GET", "/api/session")).status).toBe(401);
});

test("tokens are kept as hashes only", async () => {
  const token = await portalToken("ada");
  const cookie = cookieOf(await signIn({ key: api.adminKey }));
  const rows = [
    ...(await api.rows("select * from sessions")),
    ...(await api.rows("select * from portal_links")),
  ];
  expect(rows.length).toBeGreaterThan(1);
  const text = inspect(rows);
  expect(text).not.toContain(token);
  expect(text).not.toContain(cookie.split("=")[1]);
});

test("a body that is neither is refused with the mend", async () => {
  for (const body of [{}, { key: "a", portal_token: "b" }]) {
    const refused = await signIn(body);
    expect(refused.status).toBe(400);
    expect(refused.body.message).toContain("key or portal_token");
  }
  expect((await signIn({ key: "nonsense" })).status).toBe(401);
});
