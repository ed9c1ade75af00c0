import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chat, type Json, type Stage, setStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({
    settings: { PURSER_CORS_ORIGINS: "https://app.example.com" },
    plans: `
plans:
  - id: free
    name: Free
    tier: free
    price: { monthly: 0, yearly: 0 }
    providers: [openai, anthropic]
    limits: []
  - id: tight
    name: Tight
    tier: basic
    price: { monthly: 5, yearly: 50 }
    limits:
      - { meter: tokens, max: 1500 }
  - id: all
    name: All
    tier: pro
    price: { monthly: 9, yearly: 90 }
    limits: []
`,
  });
});
afterAll(() => stage.close());

const CHAT = "/openai/v1/chat/completions";

function reachedNow(): number {
  return stage.provider.requests.length;
}

describe("a key that is missing, malformed, unknown, revoked or another's gets 401 or 403 and nothing else", () => {
  async function refusal(key: string, headers: Record<string, string> = {}): Promise<number> {
    const before = reachedNow();
    const response = await stage.post(CHAT, key, chat("gpt-4.1-mini"), { headers });
    const body: Json = await response.json();
    expect(body.purser).toMatchObject({ success: false });
    expect(body.error.message).toBe(body.purser.message);
    expect(reachedNow()).toBe(before);
    expect(response.headers.get("x-should-retry")).toBe("false");
    return response.status;
  }

  test("malformed and unknown", async () => {
    expect(await refusal("sk-something-else")).toBe(401);
    expect(await refusal(`purser_customer_${"a".repeat(43)}`)).toBe(401);
    const missing = await fetch(stage.url + CHAT, { method: "POST", body: "{}" });
    expect(missing.status).toBe(401);
  });

  test("revoked, at once", async () => {
    const key = await stage.customer();
    expect((await stage.post(CHAT, key, chat("gpt-4.1-mini"))).status).toBe(200);
    const { data } = await stage.admin("GET", "/api/admin/keys");
    const row = data.keys.find((one: Json) => key.startsWith(one.prefix.replace(/…$/, "")));
    expect((await stage.admin("POST", `/api/admin/keys/${row.id}/revoke`)).status).toBe(200);
    expect(await refusal(key)).toBe(401);
  });

  test("another customer's", async () => {
    const key = await stage.customer();
    await stage.customer();
    expect(await refusal(key, { "x-purser-customer": "customer-1" })).toBe(403);
  });

  test("a service key acts for the customer it names, and must name one", async () => {
    const { data } = await stage.admin("POST", "/api/admin/keys", { kind: "service", name: "s" });
    expect(await refusal(data.key)).toBe(400);
    const headers = { "x-purser-customer": "never-seen-before" };
    const response = await stage.post(CHAT, data.key, chat("gpt-4.1-mini"), { headers });
    expect(response.status).toBe(200);
  });
});

test("the key is read from wherever an SDK puts it, and never reaches the provider", async () => {
  const key = await stage.customer("all");
  const gemini = "/gemini/v1beta/models/gemini-2.5-flash:generateContent";
  const body = JSON.stringify({ contents: [{ parts: [{ text: "x" }] }] });
  const send = (path: string, headers: Record<string, string>) =>
    fetch(stage.url + path, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", cookie: "a=b", ...headers },
    });
  const answers = [
    await send(gemini, { "x-goog-api-key": key }),
    await send(`${gemini}?key=${key}&alt=json`, {}),
    await send(gemini, { authorization: `bearer ${key}` }),
    await send(gemini, { "x-api-key": key }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  for (const request of stage.provider.requests.slice(-4)) {
    const all = JSON.stringify([request.headers, [...request.query]]);
    expect(all).not.toContain(key);
    expect(request.headers).not.toHaveProperty("cookie");
    expect(request.headers["x-goog-api-key"]).toBe("operators-gemini-secret");
    expect(request.headers["accept-encoding"]).toBe("identity");
  }
  expect(stage.provider.requests.at(-3)?.query.get("alt")).toBe("json");
});

test("the operator's own headers do not reach the client, and ours do", async () => {
  const key = await stage.customer();
  const response = await stage.post(CHAT, key, chat("gpt-4.1-mini"));
  for (const name of ["x-ratelimit-remaining-requests", "openai-organization", "set-cookie"]) {
    expect(response.headers.get(name)).toBeNull();
  }
  const [event] = await stage.eventsOnce(key, 1);
  expect(response.headers.get("x-purser-request-id")).toBe(event?.id);
  expect(Number(response.headers.get("x-purser-cost-usd"))).toBeCloseTo(
    (event?.cost ?? 0) / 1e9,
    12,
  );
  expect(response.headers.get("x-request-id")).toContain("req_sim");
});

describe("what is not offered is refused before it reaches a provider", () => {
  async function refused(method: string, path: string, key: string): Promise<Json> {
    const before = reachedNow();
    const response = await fetch(stage.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(method === "POST" ? { body: "{}" } : {}),
    });
    expect(reachedNow()).toBe(before);
    return { status: response.status, ...((await response.json()) as object) };
  }

  test.each([
    ["POST", "/openai/v1/fine_tuning/jobs"],
    ["GET", "/openai/v1/files"],
    ["GET", "/openai/v1/chat/completions"],
    ["POST", "/openai"],
    ["POST", "/openai/v1/../v1/chat/completions"],
    ["POST", "/openai//v1/chat/completions"],
    ["GET", "/openai/v1/models/..%2f..%2fv1%2ffiles"],
    ["DELETE", "/openai/v1/models/gpt-4o"],
  ])("%s %s", async (method, path) => {
    const key = await stage.customer();
    const raw = await rawRequest(method, path, key);
    expect(raw.status).toBe(404);
    expect(raw.body.purser.error).toBe("operation_not_offered");
  });

  test("a provider that the plan does not include is 403, with the plan that has it", async () => {
    const key = await stage.customer();
    const answer = await refused(
      "POST",
      "/gemini/v1beta/models/gemini-2.5-flash:generateContent",
      key,
    );
    expect(answer.status).toBe(403);
    expect(answer.purser).toMatchObject({ error: "not_included", upgrade: { plan_name: "Tight" } });
    expect(answer.error.message).toContain("Gemini");
  });

  test("a body that cannot be a request is 400 and holds nothing", async () => {
    const key = await stage.customer();
    const answer = await refused("POST", CHAT, key);
    expect(answer).toMatchObject({
      status: 400,
      purser: { error: "invalid_request", field: "model" },
    });
    expect((await stage.post(CHAT, key, "{broken")).status).toBe(400);
    expect(stage.openHolds()).toBe(0);
  });

  test("a body that is no JSON is 415, and one over 32 MB is 413, said before it is read", async () => {
    const key = await stage.customer();
    const form = await stage.post(CHAT, key, "model=x", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(form.status).toBe(415);
    const large = await stage.post(CHAT, key, "x".repeat(33 * 1024 * 1024));
    expect(large.status).toBe(413);
    const answer: Json = await large.json();
    expect(answer.purser).toMatchObject({ error: "too_large", max_bytes: 33_554_432 });
    const chunked = await rawRequest("POST", CHAT, key, {}, Buffer.alloc(33 * 1024 * 1024));
    expect(chunked.status).toBe(413);
  });

  test("a WebSocket upgrade is 501", async () => {
    const key = await stage.customer();
    const headers = {
      connection: "upgrade",
      upgrade: "websocket",
      "sec-websocket-key": "x",
      "sec-websocket-version": "13",
    };
    const raw = await rawRequest("GET", "/openai/v1/realtime", key, headers);
    expect(raw.status).toBe(501);
    expect(raw.body.purser.error).toBe("not_implemented");
  });
});

describe("CORS", () => {
  test("a named origin may call, and sees our headers; another may not", async () => {
    const key = await stage.customer();
    const ask = (origin: string) =>
      fetch(stage.url + CHAT, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization,x-stainless-os",
        },
      });
    const named = await ask("https://app.example.com");
    expect(named.status).toBe(204);
    expect(named.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(named.headers.get("access-control-allow-headers")).toContain("x-stainless-os");
    expect(
      (await ask("https://evil.example.com")).headers.get("access-control-allow-origin"),
    ).toBeNull();
    const headers = { origin: "https://app.example.com" };
    for (const model of ["gpt-4.1-mini", 7]) {
      const response = await stage.post(CHAT, key, chat("x", { model }), { headers });
      expect(response.headers.get("access-control-expose-headers")).toContain("x-purser-cost-usd");
    }
  });
});

describe("output limits", () => {
  test("a limit that was not named is named for the provider when a limit could bind, and not otherwise", async () => {
    const body = { model: "gpt-4.1-mini", messages: [{ role: "user", content: "x" }] };
    await stage.post(CHAT, await stage.customer("tight"), body);
    expect(stage.provider.requests.at(-1)?.json).toMatchObject({
      max_completion_tokens: expect.any(Number),
    });
    await stage.post(CHAT, await stage.customer("free"), body);
    expect(stage.provider.requests.at(-1)?.body.toString()).toBe(JSON.stringify(body));
  });

  test("a named limit that does not fit is lowered to what does, and the answer says so", async () => {
    const key = await stage.customer("tight");
    const response = await stage.post(
      CHAT,
      key,
      chat("gpt-4.1-mini", { max_completion_tokens: 4_000 }),
    );
    expect(response.status).toBe(200);
    const capped = Number(response.headers.get("x-purser-output-capped"));
    expect(capped).toBeGreaterThanOrEqual(1_024);
    expect(capped).toBeLessThan(1_500);
    expect(stage.provider.requests.at(-1)?.json).toMatchObject({ max_completion_tokens: capped });
  });

  test("every other byte of a changed request stays as it was", async () => {
    const key = await stage.customer("free");
    const body =
      '{ "model":"gpt-4.1-mini", "seed": 12345678901234567890, "temperature":1.0,\n "stream":true, "messages":[{"role":"user","content":"\\u00e9"}] }';
    await (await stage.post(CHAT, key, body)).text();
    const sent = stage.provider.requests.at(-1)?.body.toString() ?? "";
    expect(sent.replace(/"stream_options":\s*\{[^}]*\},?/, "")).toBe(body);
    expect(JSON.parse(sent).stream_options).toEqual({ include_usage: true });
  });
});

test("a body that stops coming is given up, and does not hold the connection", async () => {
  const key = await stage.customer();
  const { port } = new URL(stage.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write(
    `POST ${CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"model"`,
  );
  socket.destroy();
  expect((await stage.post(CHAT, key, chat("gpt-4.1-mini"))).status).toBe(200);
  expect(stage.events(key)).toHaveLength(1);
});

/** As it is written: `fetch` would tidy the path, and will not send an upgrade. Chunked where there is a body. */
async function rawRequest(
  method: string,
  path: string,
  key: string,
  headers: Record<string, string> = {},
  body: Buffer | null = null,
): Promise<{ status: number; body: Json }> {
  const { port } = new URL(stage.url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = httpRequest(
      {
        port,
        host: "127.0.0.1",
        method,
        path,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
      },
      resolve,
    );
    request.on("error", reject);
    if (body === null) request.end();
    else {
      request.write(body);
      request.end();
    }
  });
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece);
  return { status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(pieces).toString()) };
}
