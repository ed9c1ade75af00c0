import { test } from "vitest";
import { runApi } from "./running-api.ts";

test("look", async () => {
  const api = await runApi({ OPENAI_API_KEY: "x" });
  const ada = await api.addCustomer("ada", "pro");
  const key = api.adminKey;
  const show = (a: unknown) => console.log(JSON.stringify(a, null, 1));
  await api.ask("PUT", "/api/admin/limits", { key, body: { limits: [{ meter: "cost", max: "10", per: "month" }, { meter: "calls", provider: "openai", max: 100 }] } });
  const svc = await api.serviceKey();
  const r = await api.ask("POST", "/api/subscription/reservations", { key: svc, body: { user_id: "ada", provider: "openai", model: "gpt-4o-mini", input_tokens: 1000, max_output_tokens: 100 } });
  const id = r.body.data.reservation_id;
  await api.ask("POST", `/api/subscription/reservations/${id}/settle`, { key: svc, body: { usage: { input: 900, output: 50 }, latency_ms: 321 } });
  show((await api.ask("GET", `/api/subscription/usage-logs/${id}`, { key: ada })).body.data);
  show((await api.ask("GET", "/api/session", { key: ada })).body);
  show((await api.ask("POST", "/api/admin/customers/ada/limit-lifts", { key, body: { limit: { meter: "calls", provider: "gemini" }, max: 8000, until: "2027-05-01T00:00:00Z", reason: "launch" } })).body);
  show((await api.ask("POST", "/api/admin/customers/ada/limit-lifts", { key, body: { limit: { meter: "cost" }, max: "200.5", until: "2027-05-01T00:00:00Z" } })).body);
  show((await api.ask("POST", "/api/admin/customers/ada/limit-lifts", { key, body: { limit: { meter: "images" }, max: 5, until: "2027-05-01T00:00:00Z" } })).body);
  show((await api.ask("POST", "/api/admin/customers/ada/limit-lifts", { key, body: { limit: { meter: "cost" }, max: "x", until: "2027-05-01T00:00:00Z" } })).body);
  show((await api.ask("GET", "/api/subscription/limits/ada", { key: ada })).body.data.limits.filter((l: { lift?: unknown }) => l.lift));
  show((await api.ask("DELETE", "/api/admin/customers/ada/limit-lifts/1", { key })).body);
  show((await api.ask("GET", "/api/admin/customers/ada/limit-lifts", { key })).body);
  show((await api.ask("GET", "/api/admin/system", { key })).body);
  const p = (await api.ask("GET", "/api/admin/providers", { key })).body;
  show(p.data === undefined ? p : { ...p.data, providers: p.data.providers.slice(0, 2) });
  await api.close();
});
