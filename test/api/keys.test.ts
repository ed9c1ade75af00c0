/** Keys over HTTP: listed, made, replaced and ended, by administrators and by customers for themselves. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type SimulatedProvider,
  startSimulatedProvider,
} from "../../src/demo/simulated-provider.ts";
import { type Answer, type Question, type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
let provider: SimulatedProvider;
beforeAll(async () => {
  provider = await startSimulatedProvider();
  api = await runApi({
    OPENAI_API_KEY: "never-checked",
    PURSER_UPSTREAM_OPENAI: provider.upstream("openai"),
  });
  by = await subscriberOf(api);
  await by.setClock("2026-04-01T00:00:00Z");
});
afterAll(async () => {
  await api.close();
  await provider.close();
});

const asAdmin = (method: string, path: string, body?: Question["body"]) =>
  api.ask(method, `/api/admin${path}`, { key: api.adminKey, body });
const own = (method: string, path: string, key: string, body?: Question["body"]) =>
  api.ask(method, `/api/subscription/keys/${path}`, { key, body });
const works = async (key: string, userId: string): Promise<boolean> =>
  (await api.ask("GET", `/api/subscription/status/${userId}`, { key })).status === 200;
const idOf = async (key: string, userId: string): Promise<string> => {
  const { keys } = (await own("GET", userId, by.service)).body.data;
  return keys.find(({ prefix }: { prefix: string }) => key.startsWith(prefix)).id;
};

describe("a customer's own keys", () => {
  let ada: string;
  let bob: string;
  beforeAll(async () => {
    ada = await api.addCustomer("ada");
    bob = await api.addCustomer("bob");
  });

  test("are made and shown once, listed newest first, and revoked", async () => {
    await by.setClock("2026-04-02T00:00:00Z");
    const made = await own("POST", "ada", ada, {
      name: "laptop",
      limits: [{ meter: "cost", per: "day", max: "5" }],
      expires_at: "2027-01-01T00:00:00Z",
    });
    const { id, key, prefix } = made.body.data;
    expect(new Set(Object.keys(made.body.data))).toEqual(new Set(["id", "key", "prefix"]));
    expect(key).toMatch(/^purser_customer_/);
    const listed = await own("GET", "ada", ada);
    expect(listed.text).not.toContain(key);
    expect(listed.body.data).toMatchObject({
      total: 2,
      keys: [
        {
          id,
          prefix,
          name: "laptop",
          created_at: "2026-04-02T00:00:00.000Z",
          last_used_at: null,
          expires_at: "2027-01-01T00:00:00.000Z",
          revoked_at: null,
          limits: [{ meter: "cost", per: "day", max: "5", at_cap: "deny" }],
        },
        { name: "test" },
      ],
    });
    expect(await works(key, "ada")).toBe(true);
    const revoked = await own("POST", `ada/${id}/revoke`, ada);
    expect(revoked.body.data).toMatchObject({ id, revoked_at: "2026-04-02T00:00:00.000Z" });
    expect(await works(key, "ada")).toBe(false);
    expect((await own("POST", `ada/${id}/revoke`, ada)).body.data).toEqual(revoked.body.data);
  });

  test("are nobody else's: another's key id is 404, another's list 403", async () => {
    const bobs = await idOf(bob, "bob");
    for (const what of ["revoke", "rotate"]) {
      const refused = await own("POST", `ada/${bobs}/${what}`, ada);
      expect([what, refused.status, refused.body.error]).toEqual([what, 404, "not_found"]);
      const unknown = await own("POST", `ada/nothing/${what}`, ada);
      expect(unknown.body.message).toBe(refused.body.message);
      expect((await own("POST", `bob/${bobs}/${what}`, ada)).status).toBe(403);
      expect((await own("POST", `ada/${bobs}/${what}`, by.service)).status).toBe(404);
    }
    expect((await own("GET", "bob", ada)).status).toBe(403);
    expect((await own("POST", "bob", ada, { name: "x" })).status).toBe(403);
    expect(await works(bob, "bob")).toBe(true);
  });

  test("are of customers only: no service key is made, seen or changed there", async () => {
    const refused = await own("POST", "ada", ada, { name: "x", kind: "service" });
    expect(refused).toMatchObject({ status: 400, body: { field: "kind" } });
    const service = await asAdmin("POST", "/keys", { kind: "service", name: "other" });
    const path = `ada/${service.body.data.id}/rotate`;
    expect((await own("POST", path, by.service)).status).toBe(404);
  });

  test("with a budget or an end change no other keys, and make none", async () => {
    const given = [
      { limits: [{ meter: "calls", max: 10 }] },
      { expires_at: "2026-12-01T00:00:00Z" },
    ];
    for (const restricted of given) {
      const { key, id } = (await own("POST", "ada", ada, { name: "given", ...restricted })).body
        .data;
      expect((await own("POST", "ada", key, { name: "free" })).status).toBe(403);
      const other = await idOf(ada, "ada");
      expect((await own("POST", `ada/${other}/rotate`, key)).status).toBe(403);
      expect((await own("POST", `ada/${other}/revoke`, key)).status).toBe(403);
      const rotated = await own("POST", `ada/${id}/rotate`, key);
      expect(rotated.status).toBe(201);
      expect((await own("POST", "ada", rotated.body.data.key, { name: "free" })).status).toBe(403);
    }
  });

  test("are at most 100 live ones, however many are asked for at once", async () => {
    const crowd = await api.addCustomer("crowd");
    const make = () => own("POST", "crowd", crowd, { name: "one" });
    const countLive = async () => (await asAdmin("GET", "/customers/crowd")).body.data.live_keys;
    const answers = await Promise.all(Array.from({ length: 110 }, make));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(99);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(11);
    expect(await countLive()).toBe(100);
    await own("POST", `crowd/${made[0]?.body.data.id}/revoke`, crowd);
    expect((await make()).status).toBe(201);
    expect((await make()).body).toMatchObject({ error: "conflict", reason: "too_many_keys" });
    const log = await api.rows("select count(*) as n from audit_log where action = 'key.create'");
    const keys = await api.rows("select count(*) as n from keys where id not like '%.%'");
    expect(Number(log[0]?.["n"])).toBe(Number(keys[0]?.["n"]));
  });

  test("are at most 100 with those that are being replaced: an overlap is refused, replacing at once is not", async () => {
    const busy = await api.addCustomer("busy");
    const make = () => own("POST", "busy", busy, { name: "one" });
    const made = await Promise.all(Array.from({ length: 94 }, make));
    const ids: string[] = made.map(({ body }) => body.data.id);
    const rotate = (id: string | undefined, body?: object) =>
      own("POST", `busy/${id}/rotate`, busy, body);
    const overlap = { overlap_seconds: 60 };
    const answers = await Promise.all(ids.slice(0, 12).map((id) => rotate(id, overlap)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused.map(({ body }) => body.reason)).toEqual(Array(7).fill("too_many_keys"));
    const live = async () => (await asAdmin("GET", "/customers/busy")).body.data.live_keys;
    expect(await live()).toBe(100);
    const at = answers.indexOf(refused[0] as Answer);
    const listed = (await own("GET", "busy", busy)).body.data.keys;
    expect(listed.find(({ id }: { id: string }) => id === ids[at]).expires_at).toBe(null);
    expect((await rotate(ids[at])).status).toBe(201);
    expect(await live()).toBe(100);
    const log = await api.rows("select 1 from audit_log where action = 'key.rotate'");
    expect(log).toHaveLength((await api.rows("select 1 from keys where id like '%.%'")).length);
  });

  test("refuse what is wrong by its field", async () => {
    const wrong: [object, string][] = [
      [{}, "name"],
      [{ name: "" }, "name"],
      [{ name: "x", limits: [{ meter: "calls", max: -1 }] }, "limits[0].max"],
      [{ name: "x", expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
      [{ name: "x", expires_at: "soon" }, "expires_at"],
    ];
    for (const [body, field] of wrong) {
      const refused = await own("POST", "ada", ada, body);
      expect([field, refused.status, refused.body.field]).toEqual([field, 400, field]);
    }
    const id = await idOf(ada, "ada");
    for (const overlap_seconds of [-1, 1.5, "60", 1e9]) {
      const refused = await own("POST", `ada/${id}/rotate`, ada, { overlap_seconds });
      expect(refused).toMatchObject({ status: 400, body: { field: "overlap_seconds" } });
    }
  });

  test("a backend makes one for somebody who has never called; an administrator learns the truth", async () => {
    expect((await own("GET", "newcomer", by.service)).body.data).toEqual({ keys: [], total: 0 });
    expect((await own("POST", "newcomer", api.adminKey, { name: "x" })).status).toBe(404);
    const made = await own("POST", "newcomer", by.service, { name: "first" });
    expect(await works(made.body.data.key, "newcomer")).toBe(true);
  });
});

describe("a key that is replaced", () => {
  const call = (key: string): Promise<Answer> =>
    api.ask("POST", "/openai/v1/chat/completions", {
      key,
      body: {
        model: "gpt-4o-mini",
        max_tokens: 5,
        messages: [{ role: "user", content: "Hi" }],
      },
    });

  test("ends at once, and the new one is like it", async () => {
    await by.setClock("2026-05-01T00:00:00Z");
    const dora = await api.addCustomer("dora");
    const limits = [{ meter: "calls", max: 9, per: "day" }];
    const made = await asAdmin("POST", "/customers/dora/keys", { name: "phone", limits });
    const { id, key } = made.body.data;
    const rotated = await asAdmin("POST", `/keys/${id}/rotate`);
    expect(rotated.status).toBe(201);
    expect(await works(key, "dora")).toBe(false);
    expect(await works(rotated.body.data.key, "dora")).toBe(true);
    const { keys } = (await own("GET", "dora", dora)).body.data;
    const byId = new Map(keys.map((each: { id: string }) => [each.id, each]));
    expect(byId.get(rotated.body.data.id)).toMatchObject({
      name: "phone",
      counts_as: id,
      limits: [{ meter: "calls", max: 9, per: "day" }],
      expires_at: null,
    });
    expect(byId.get(id)).toMatchObject({ expires_at: "2026-05-01T00:00:00.000Z" });
  });

  test("works on for the overlap, and not longer", async () => {
    const emil = await api.addCustomer("emil");
    const id = await idOf(emil, "emil");
    const rotated = await own("POST", `emil/${id}/rotate`, emil, { overlap_seconds: 60 });
    const { key } = rotated.body.data;
    await by.setClock("2026-05-01T00:00:59Z");
    expect([await works(emil, "emil"), await works(key, "emil")]).toEqual([true, true]);
    await by.setClock("2026-05-01T00:01:00Z");
    expect([await works(emil, "emil"), await works(key, "emil")]).toEqual([false, true]);
  });

  test("is replaced once: the newest is the one to replace, and of many at once one is made", async () => {
    const fay = await api.addCustomer("fay");
    const id = await idOf(fay, "fay");
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        own("POST", `fay/${id}/rotate`, by.service, { overlap_seconds: 3_600 }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    const second = answers.find(({ status }) => status === 201)?.body.data;
    expect(await own("POST", `fay/${id}/rotate`, fay)).toMatchObject({
      status: 409,
      body: { replaced_by: second.id },
    });
    const third = (await own("POST", `fay/${second.id}/rotate`, by.service)).body.data;
    expect(await works(third.key, "fay")).toBe(true);
    expect(await works(second.key, "fay")).toBe(false);
    expect((await own("POST", `fay/${second.id}/rotate`, by.service)).status).toBe(409);
    await own("POST", `fay/${third.id}/revoke`, by.service);
    expect((await own("POST", `fay/${third.id}/rotate`, by.service)).status).toBe(409);
  });

  test("hands its budget on, as far as it is used: replacing a key renews nothing", async () => {
    await by.setClock("2026-05-02T00:00:00Z");
    await api.addCustomer("gus", "pro");
    const limits = [{ meter: "calls", max: 2, per: "day" }];
    let { id, key } = (await asAdmin("POST", "/customers/gus/keys", { name: "tight", limits })).body
      .data;
    const first = id;
    const outcomes: (string | number)[] = [];
    for (let n = 0; n < 3; n += 1) {
      const answer = await call(key);
      outcomes.push(answer.headers.get("x-purser-refusal") ?? answer.status);
      ({ id, key } = (await asAdmin("POST", `/keys/${id}/rotate`)).body.data);
    }
    expect(outcomes).toEqual([200, 200, "limit_reached"]);
    const used = (await by.read("limits/@", "gus")).limits.filter(
      ({ of }: { of: string }) => of === "key",
    );
    expect(used).toMatchObject([{ key: { id: first, name: "tight" }, used: 2, max: 2 }]);
  });

  test("also of a backend or an administrator", async () => {
    const backend = (await asAdmin("POST", "/keys", { kind: "service", name: "b" })).body.data;
    const next = (await asAdmin("POST", `/keys/${backend.id}/rotate`)).body.data;
    expect(next.key).toMatch(/^purser_service_/);
    expect(await works(next.key, "ada")).toBe(true);
    expect(await works(backend.key, "ada")).toBe(false);
    expect((await asAdmin("POST", "/keys/nothing/rotate")).status).toBe(404);
  });
});

test("administrators list keys by kind and by customer", async () => {
  const ids = async (query: string): Promise<string[]> => {
    const { body } = await asAdmin("GET", `/keys${query}`);
    expect(body.data.total).toBe(body.data.keys.length);
    return body.data.keys.map(
      ({ kind, user_id }: { kind: string; user_id: string }) => `${kind} ${user_id}`,
    );
  };
  expect(new Set(await ids("?kind=service"))).toEqual(new Set(["service null"]));
  expect(new Set(await ids("?user_id=bob"))).toEqual(new Set(["customer bob"]));
  expect(await ids("?user_id=bob&kind=service")).toEqual([]);
  expect((await asAdmin("GET", "/keys?user_id=nobody")).status).toBe(404);
  expect(await asAdmin("GET", "/keys?kind=root")).toMatchObject({
    status: 400,
    body: { field: "kind" },
  });
});
