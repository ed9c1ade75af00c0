/** The typed client against the real server: what it asks, what it gives, and how it fails. */

import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { checkAlive, readMetrics } from "../../src/api/contract/endpoints/health.ts";
import { getUsage } from "../../src/api/contract/endpoints/usage.ts";
import { socketDoor } from "../../src/client/admin-door.ts";
import { createClient, type PurserClient } from "../../src/client/client.ts";
import { PurserError } from "../../src/client/purser-error.ts";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let admin: PurserClient;
let backend: PurserClient;
let ada: PurserClient;

beforeAll(async () => {
  api = await runApi();
  const at = (key: string) => createClient({ baseUrl: api.url, key });
  ada = at(await api.addCustomer("ada", "pro"));
  admin = at(api.adminKey);
  backend = at(await api.serviceKey());
});
afterAll(() => api.close());

describe("it asks for", () => {
  test("what is public, without a key", async () => {
    const { plans } = await createClient({ baseUrl: `${api.url}/` }).plans();
    expect(plans.map(({ slug }) => slug)).toContain("pro");
  });

  test("a call's whole way: preflight, hold, settle, and what it came to", async () => {
    const call = { provider: "openai", model: "gpt-4o-mini" };
    const { can_proceed: canProceed } = await backend.preflight(
      [{ ...call, tokens_requested: 100, operation_type: "chat" }],
      "ada",
    );
    expect(canProceed).toBe(true);
    const held = await backend.reserve({
      ...call,
      user_id: "ada",
      input_tokens: 100,
      max_output_tokens: 50,
    });
    const event = await backend.settle(held.reservation_id, { usage: { input: 100, output: 20 } });
    expect(event).toMatchObject({ user_id: "ada", usage: { input: 100, output: 20 } });
    expectTypeOf(event.cost).toBeNumber();
    const usage = await ada.usage("ada", { billing_period: "all" });
    expect(usage.total_calls).toBe(1);
    expect(usage.total_cost).toBe(event.cost);
  });

  test("a hold that was never used, and events that count once", async () => {
    const held = await backend.reserve({
      provider: "openai",
      model: "gpt-4o-mini",
      user_id: "ada",
    });
    expect(await backend.release(held.reservation_id)).toEqual({ released: true });
    const events = [{ id: "job 1", provider: "tavily", model: "search", usage: { credits: 1 } }];
    expect(await backend.recordEvents("ada", events)).toMatchObject({ recorded: 1, duplicates: 0 });
    expect(await backend.recordEvents("ada", events)).toMatchObject({ recorded: 0, duplicates: 1 });
  });

  test("ids and queries with any characters in them", async () => {
    const id = "ada/ö?#&=%";
    const events = [{ id: "1", provider: "tavily", model: "search", usage: { credits: 1 } }];
    await backend.recordEvents(id, events);
    expect((await backend.usage(id)).total_calls).toBe(1);
    const acting = createClient({ baseUrl: api.url, key: await api.serviceKey(), customer: id });
    const asked = await acting.preflight([{ provider: "tavily", operation_type: "search" }]);
    expect(asked.operations).toHaveLength(1);
  });

  test("single calls: all of them over many pages, one, and a whole file", async () => {
    await api.addCustomer("logged");
    const events = Array.from({ length: 25 }, (_, at) => ({
      id: `call ${at}`,
      provider: "tavily",
      model: "search",
      usage: { credits: 1 },
    }));
    await backend.recordEvents("logged", events);
    const ids: string[] = [];
    for await (const log of backend.logs({ user_id: "logged", limit: 10 })) ids.push(log.event_id);
    expect(new Set(ids).size).toBe(25);
    const page = await backend.logPage({ user_id: "logged", limit: 10 });
    expect(page).toMatchObject({ total_count: 25, has_more: true });
    expect(await backend.log(ids[0] ?? "")).toMatchObject({ event_id: ids[0] });
    const file = await backend.exportLogs({ user_id: "logged", format: "jsonl" });
    expect((await file.text()).trim().split("\n")).toHaveLength(25);
  });

  test("what happens, as it happens", async () => {
    await api.addCustomer("live");
    const leaving = new AbortController();
    const stream = backend.stream("live", { signal: leaving.signal });
    const first = stream.next();
    const event = { provider: "tavily", model: "search", usage: { credits: 1 } };
    // What happened before the stream was open is not in it, so calls go on until one is.
    let told = 0;
    const telling = setInterval(() => {
      backend.recordEvents("live", [{ id: `live ${told++}`, ...event }]).catch(() => undefined);
    }, 100);
    const { value } = await first;
    clearInterval(telling);
    expect(value).toMatchObject({ event: "usage", data: { provider: "tavily" } });
    leaving.abort();
    for await (const _more of stream);
  });

  test("features as switches", async () => {
    const { switches } = await ada.features("ada");
    for (const [name, isOn] of Object.entries(switches)) {
      expect(await ada.has("ada", name)).toBe(isOn);
    }
    expect(await ada.has("ada", "no_such_feature")).toBe(false);
  });

  test("a customer's own keys and alerts", async () => {
    const made = await ada.createKey("ada", { name: "laptop" });
    const own = createClient({ baseUrl: api.url, key: made.key });
    expect(await own.alerts("ada")).toMatchObject({ alerts: [], unread_count: 0 });
    await ada.revokeKey("ada", made.id);
    expect(await failureOf(own.alerts("ada"))).toMatchObject({ code: "unauthenticated" });
    const { keys } = await ada.keys("ada");
    expect(keys.map(({ name }) => name)).toContain("laptop");
  });

  test("any endpoint of the contract, with its own types", async () => {
    const { total_calls: calls } = await ada.call(getUsage, { params: { user_id: "ada" } });
    expectTypeOf(calls).toBeNumber();
    expect(calls).toBeGreaterThan(0);
    expect(await admin.call(readMetrics)).toContain("purser_");
    // @ts-expect-error a path with a name in it needs that name.
    await expect(ada.call(getUsage, {})).rejects.toThrow("user_id is missing");
  });

  test("what administrators look after, through the socket without a key", async () => {
    const local = createClient({ transport: socketDoor(api.dataDir).send });
    const { prices } = await local.admin.prices({ provider: "tavily" });
    expect(prices.length).toBeGreaterThan(0);
    const changed = await local.admin.addPrice({
      provider: "acme",
      model: "m",
      rates: { input: "1.5" },
    });
    expect(changed.changes).toMatchObject([{ provider: "acme", model: "m", kind: "added" }]);
    const audited = await local.admin.audit();
    expect(audited.differences).toEqual([]);
  });
});

describe("it fails with", () => {
  test("the API's own code, status, id and details", async () => {
    const refused = await failureOf(createClient({ baseUrl: api.url, key: "wrong" }).usage("ada"));
    expect(refused).toMatchObject({ code: "unauthenticated", status: 401 });
    expect(refused.requestId).toMatch(/^[0-9a-f-]{36}$/);
    const odd = await failureOf(ada.trends("ada", { months: 99 }));
    expect(odd).toMatchObject({ code: "invalid_request", details: { field: "months" } });
    expect(odd.message).toContain("months");
    expect(await failureOf(ada.usage("bob"))).toMatchObject({ code: "forbidden", status: 403 });
  });

  test("the limit that refused, with what is left of it", async () => {
    await api.addCustomer("free-one");
    const many = { provider: "gemini", model: "gemini-2.5-flash", user_id: "free-one" };
    const refused = await failureOf(backend.reserve({ ...many, input_tokens: 10_000_000 }));
    expect(refused).toMatchObject({ code: "limit_reached", status: 429 });
    expect(refused.details).toMatchObject({ provider: "gemini", resets_at: expect.any(String) });
  });

  test("unreachable where nobody listens", async () => {
    const nobody = createClient({ baseUrl: await unusedAddress() });
    expect(await failureOf(nobody.plans())).toMatchObject({ code: "unreachable", status: null });
  });

  test("timed_out where no answer comes, and the caller's own reason where they end it", async () => {
    const { url, close } = await listening(() => undefined);
    const slow = createClient({ baseUrl: url, timeoutMs: 50 });
    expect(await failureOf(slow.plans())).toMatchObject({ code: "timed_out" });
    const patient = createClient({ baseUrl: url });
    const leaving = new AbortController();
    const asked = patient.call(checkAlive, { signal: leaving.signal });
    leaving.abort(new Error("left"));
    await expect(asked).rejects.toThrow("left");
    await close();
  });

  test("timed_out in the middle of an answer, but not of one that is opened as a stream", async () => {
    const head = "HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\ncontent-length: 8\r\n\r\nhalf";
    const halves = await listening((socket) => {
      socket.write(head);
      setTimeout(() => socket.write("half"), 300);
    });
    const hasty = createClient({ baseUrl: halves.url, timeoutMs: 50 });
    expect(await failureOf(hasty.plans())).toMatchObject({ code: "timed_out" });
    expect(await (await hasty.exportLogs()).text()).toBe("halfhalf");
    await halves.close();
  });

  test("unreadable_answer where something else answers", async () => {
    const { url, close } = await listening((socket) =>
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello"),
    );
    expect(await failureOf(createClient({ baseUrl: url }).plans())).toMatchObject({
      code: "unreadable_answer",
      status: 200,
    });
    await close();
  });
});

describe("a connection that breaks before an answer", () => {
  test("is tried once more for a GET, and never for a POST", async () => {
    let connections = 0;
    const { url, close } = await listening((socket) => {
      connections += 1;
      if (connections === 1) socket.destroy();
      else pipeTo(socket, api.url);
    });
    const { plans } = await createClient({ baseUrl: url }).plans();
    expect(plans.length).toBeGreaterThan(0);
    expect(connections).toBe(2);
    connections = 0;
    const posted = failureOf(createClient({ baseUrl: url, key: "x" }).release("1"));
    expect(await posted).toMatchObject({ code: "unreachable" });
    expect(connections).toBe(1);
    await close();
  });
});

test("nothing of the client but the administrator's door needs Node", () => {
  const files = readdirSync("src/client").filter((name) => name !== "admin-door.ts");
  expect(files.length).toBeGreaterThan(8);
  for (const name of files) {
    const text = readFileSync(`src/client/${name}`, "utf8");
    expect(text, name).not.toMatch(/["']node:|\bprocess\.|\bBuffer\b/);
    expect(text, name).not.toContain("admin-door");
  }
});

async function failureOf(asked: Promise<unknown>): Promise<PurserError> {
  const fault = await asked.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(fault).toBeInstanceOf(PurserError);
  return fault as PurserError;
}

async function listening(
  take: (socket: Socket) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer();
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", (head: Buffer) => {
      socket.unshift(head);
      take(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function pipeTo(socket: Socket, url: string): void {
  const { hostname, port } = new URL(url);
  const there = connect(Number(port), hostname);
  there.on("error", () => socket.destroy());
  socket.pipe(there).pipe(socket);
}

async function unusedAddress(): Promise<string> {
  const { url, close } = await listening(() => undefined);
  await close();
  return url;
}
