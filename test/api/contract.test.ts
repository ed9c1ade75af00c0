/** What every answer of the REST API keeps to, whatever was asked. */
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, type RunningApi, runApi } from "./running-api.ts";

const ORIGIN = "https://app.example.com";

let api: RunningApi;
let ada: string;
let service: string;
beforeAll(async () => {
  api = await runApi({ PURSER_CORS_ORIGINS: ORIGIN });
  ada = await api.addCustomer("ada");
  service = await api.serviceKey();
});
afterAll(() => api.close());

function expectFailure(answer: Answer, status: number, code: string): void {
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ success: false, error: code });
  expect(answer.body.message).toMatch(/\S/);
  expect(answer.body.detail).toBe(answer.body.message);
  expect(answer.body.request_id).toBe(answer.headers.get("x-purser-request-id"));
}

test("every failure has the same shape, whatever its status", async () => {
  const events = "/api/subscription/usage/ada/events";
  const asService = { key: service };
  expectFailure(await api.ask("GET", "/nowhere"), 404, "not_found");
  expectFailure(await api.ask("DELETE", "/api/subscription/plans"), 404, "not_found");
  expectFailure(await api.ask("GET", "/api/subscription/usage/%zz"), 400, "invalid_request");
  expectFailure(await api.ask("GET", "/api/subscription/usage/ada"), 401, "unauthenticated");
  expectFailure(
    await api.ask("POST", events, { ...asService, body: "{not json" }),
    400,
    "invalid_request",
  );
  expectFailure(
    await api.ask("POST", events, {
      ...asService,
      body: "a=b",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    }),
    415,
    "unsupported_media_type",
  );
  expectFailure(
    await api.ask("POST", "/api/subscription/reservations", {
      ...asService,
      body: { input_text: "x".repeat(1_100_000) },
    }),
    413,
    "too_large",
  );
  expectFailure(await api.ask("POST", events, asService), 400, "invalid_request");
});

test("unknown query parameters and body fields are refused by name", async () => {
  const query = await api.ask("GET", "/api/subscription/usage/ada?monthz=2", { key: ada });
  expect(query).toMatchObject({ status: 400, body: { error: "invalid_request", field: "monthz" } });

  const body = await api.ask("POST", "/api/subscription/reservations", {
    key: service,
    body: { user_id: "ada", provider: "openai", model: "gpt-4o", max_tokens: 5 },
  });
  expect(body).toMatchObject({ status: 400, body: { field: "max_tokens" } });

  const value = await api.ask("GET", "/api/subscription/usage-logs?limit=0", { key: ada });
  expect(value).toMatchObject({ status: 400, body: { field: "limit" } });
});

test("user_id is accepted in every query and changes nothing", async () => {
  for (const path of ["/plans", "/pricing", "/usage/ada", "/status/ada", "/usage-logs"]) {
    const answer = await api.ask("GET", `/api/subscription${path}?user_id=ada`, { key: ada });
    expect([path, answer.status]).toEqual([path, 200]);
  }
});

test("another's id in the query is forbidden, on public pages too", async () => {
  for (const path of ["/plans", "/pricing", "/usage/ada", "/status/ada", "/usage-logs"]) {
    const answer = await api.ask("GET", `/api/subscription${path}?user_id=bob`, { key: ada });
    expect([path, answer.status]).toEqual([path, 403]);
  }
});

test("plans and prices are public, and a bad key does them no harm", async () => {
  const plans = await api.ask("GET", "/api/subscription/plans");
  expect(plans.status).toBe(200);
  expect(plans.body.data.total).toBe(4);
  expect(plans.body.data.plans.map((plan: { tier: string }) => plan.tier)).toEqual([
    "free",
    "basic",
    "pro",
    "enterprise",
  ]);
  const stale = await api.ask("GET", "/api/subscription/pricing?user_id=x", { key: "stale" });
  expect(stale.status).toBe(200);
});

test("a 0 in the limits says whether it means disabled or unlimited", async () => {
  const { body } = await api.ask("GET", "/api/subscription/plans");
  const [free, , pro, enterprise] = body.data.plans;
  expect(free.limits).toMatchObject({
    gemini_calls: 100,
    openai_calls: 0,
    exa_calls: 10,
    metaphor_calls: 10,
    monthly_cost: 2,
  });
  expect(free.limits._zero_means).toMatchObject({
    openai_calls: "disabled",
    gemini_calls: "limited",
    video_calls: "unlimited",
  });
  expect(pro.limits).toMatchObject({ openai_calls: 2500, anthropic_tokens: 1_000_000 });
  expect(enterprise.limits).toMatchObject({ openai_calls: 0, monthly_cost: 500 });
  expect(enterprise.limits._zero_means.openai_calls).toBe("unlimited");
});

test("prices per token are exact", async () => {
  const { body } = await api.ask("GET", "/api/subscription/pricing?provider=openai");
  const row = body.data.pricing.find(
    (price: { model_name: string }) => price.model_name === "gpt-4o",
  );
  expect(row).toMatchObject({
    provider: "openai",
    cost_per_input_token: 0.0000025,
    cost_per_output_token: 0.00001,
    cost_per_request: 0,
    cost_per_image: 0,
  });
  const unknown = await api.ask("GET", "/api/subscription/pricing?provider=nobody");
  expect(unknown).toMatchObject({ status: 400, body: { field: "provider" } });
});

test("a POST without a body is accepted whatever its content type", async () => {
  const made = await api.ask("POST", "/api/admin/keys", {
    key: api.adminKey,
    body: { kind: "service", name: "short-lived" },
  });
  for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
    const answer = await api.ask("POST", `/api/admin/keys/${made.body.data.id}/revoke`, {
      key: api.adminKey,
      headers: { "content-type": type },
    });
    expect([type, answer.status]).toEqual([type, 200]);
  }
});

test("pages of a named origin may call the API, others may not", async () => {
  const preflight = (origin: string) =>
    api.ask("OPTIONS", "/api/subscription/usage/ada", {
      headers: { origin, "access-control-request-method": "GET" },
    });
  const named = await preflight(ORIGIN);
  expect(named.status).toBe(204);
  expect(named.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  expect(named.headers.get("access-control-allow-headers")).toMatch(
    /Authorization.*Content-Type.*X-User-ID/,
  );
  expect((await preflight("https://evil.example")).headers.get("access-control-allow-origin")).toBe(
    null,
  );
  const refused = await api.ask("GET", "/api/subscription/usage/ada", {
    headers: { origin: ORIGIN },
  });
  expect(refused.status).toBe(401);
  expect(refused.headers.get("access-control-allow-origin")).toBe(ORIGIN);
});

test("the front page says what runs here and loads nothing from elsewhere", async () => {
  const { text, headers, status } = await api.ask("GET", "/");
  expect(status).toBe(200);
  expect(headers.get("content-security-policy")).toMatch(/default-src 'none'/);
  expect(text).toContain(`${api.url}/openai`);
  expect(text).not.toMatch(/<script|src=|@import|url\(/);
});

test("the front page does not repeat a Host header as markup", async () => {
  const text = await new Promise<string>((resolve, reject) => {
    const asked = httpRequest(
      `${api.url}/`,
      { headers: { host: "x<script>alert(1)</script>" } },
      (answer) => {
        let page = "";
        answer.on("data", (chunk) => {
          page += chunk;
        });
        answer.on("end", () => resolve(page));
      },
    );
    asked.on("error", reject);
    asked.end();
  });
  expect(text).toContain("alert(1)");
  expect(text).not.toContain("<script");
});

test("health and readiness answer without a key", async () => {
  expect((await api.ask("GET", "/healthz")).body).toMatchObject({ data: { status: "ok" } });
  expect((await api.ask("GET", "/readyz")).body).toMatchObject({
    data: { status: "ready", checks: { database: "ok" } },
  });
});
