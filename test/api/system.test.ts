/** Administrators see how the installation and each provider is; nobody else does. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IS_POSTGRES } from "../ledger/test-database.ts";
import { type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

let api: RunningApi;
let by: Subscriber;
let ada: string;

beforeAll(async () => {
  api = await runApi({
    OPENAI_API_KEY: "sk-very-secret",
    PURSER_UPSTREAM_GEMINI: "http://user:password@127.0.0.1:9/x?y=z",
    PURSER_DEMO: "1",
    PURSER_RETENTION_MONTHS: "3",
  });
  by = await subscriberOf(api);
  await by.setClock("2026-04-11T12:00:00Z");
  ada = await api.addCustomer("ada", "pro");
});
afterAll(() => api.close());

async function read(what: "system" | "providers") {
  const answer = await api.ask("GET", `/api/admin/${what}`, { key: api.adminKey });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

async function provider(name: string) {
  const { providers } = await read("providers");
  return providers.find((one: { provider: string }) => one.provider === name);
}

test("the installation: its version, clock, node, database, and what was never done yet", async () => {
  await expect.poll(async () => (await read("system")).nodes[0].runs_jobs).toBe(true);
  const system = await read("system");
  expect(system).toMatchObject({
    ledger_time: "2026-04-11T12:00:00.000Z",
    test_clock: true,
    demo: true,
    mail_set_up: false,
    database: { kind: IS_POSTGRES ? "postgresql" : "sqlite" },
    last_audit: null,
    last_backup: null,
    archives: { count: 0, events: 0, size_bytes: 0, newest_month: null, kept_months: 3 },
  });
  expect(system.database.size_bytes).toBeGreaterThan(100_000);
  const [migrated] = await api.rows("select max(version) as version from migrations");
  expect(system.database.schema_version).toBe(Number(migrated?.["version"]));
  expect(system.nodes).toEqual([
    {
      node_id: IS_POSTGRES ? expect.any(String) : "embedded",
      answers: true,
      last_heartbeat_at: IS_POSTGRES ? expect.stringMatching(/Z$/) : null,
      is_live: true,
      runs_jobs: true,
    },
  ]);
});

test("what waits is counted", async () => {
  expect((await by.reserve("ada")).status).toBe(200);
  const { queues } = await read("system");
  expect(queues).toMatchObject({ held_calls: 1, awaited_work: 0, deliveries_dead: 0 });
});

test.skipIf(IS_POSTGRES)("the last backup, as `purser backup` noted it", async () => {
  const made = { at: "2026-04-10T02:00:00.000Z", file: "/b/p.db", bytes: 5, events: 7 };
  writeFileSync(join(api.dataDir, "last-backup.json"), JSON.stringify(made));
  const { bytes: size_bytes, ...rest } = made;
  expect((await read("system")).last_backup).toEqual({ ...rest, size_bytes });
});

test("a provider: credential and host, never the credential or what else is in the address", async () => {
  const text = JSON.stringify(await read("providers"));
  expect(text).not.toMatch(/very-secret|password/);
  expect(await provider("openai")).toMatchObject({
    title: "OpenAI",
    credential: "set",
    credential_setting: "OPENAI_API_KEY",
    host: "api.openai.com",
  });
  expect(await provider("gemini")).toMatchObject({ credential: "missing", host: "127.0.0.1:9" });
  const { providers } = await read("providers");
  expect(providers[0].provider, "what can be called comes first").toBe("openai");
});

test("the last hour and the month: calls, failures, latency, cost", async () => {
  const call = { provider: "openai", model: "gpt-4o", usage: { input: 10 }, cost_usd: "1.5" };
  const events = [
    { ...call, id: "now", timestamp: "2026-04-11T11:30:00Z", latency_ms: 400 },
    { ...call, id: "failed", timestamp: "2026-04-11T11:59:00Z", status_code: 500 },
    { ...call, id: "before", timestamp: "2026-04-11T10:59:00Z", latency_ms: 2_000 },
    { ...call, id: "other month", timestamp: "2026-03-31T23:00:00Z", latency_ms: 9_000 },
  ];
  const told = await by.change("usage", "ada/events", { events });
  expect(told.body.data).toMatchObject({ recorded: 4 });
  const { last_hour: hour, month } = await provider("openai");
  expect(hour).toMatchObject({ calls: 2, failed: 1, error_rate: 50 });
  expect(Math.abs(hour.p50_ms - 400)).toBeLessThan(40);
  expect(month).toMatchObject({ calls: 3, failed: 1, error_rate: 33.3, cost: 4.5 });
  expect(Math.abs(month.p95_ms - 2_000)).toBeLessThan(200);
  expect(await read("providers")).toMatchObject({
    last_hour_from: "2026-04-11T11:00:00.000Z",
    month_from: "2026-04-01T00:00:00.000Z",
  });
  expect((await provider("gemini")).last_hour).toEqual({
    ...{ calls: 0, failed: 0, error_rate: 0 },
    ...{ p50_ms: null, p95_ms: null },
  });
});

test("the deployment's limits stand with the providers that they look at, used before and after a call", async () => {
  const limits = [
    { meter: "cost", per: "month", max: "45" },
    { meter: "calls", provider: "openai", per: "day", max: 10 },
    { meter: "tokens", provider: "gemini", max: "unlimited" },
    { meter: "calls", provider: "openai", per: "minute", max: 60 },
  ];
  await api.ask("PUT", "/api/admin/limits", { key: api.adminKey, body: { limits } });
  const [cost, calls] = (await provider("openai")).limits;
  expect(cost).toEqual({
    limit: { meter: "cost", per: "month", max: "45", at_cap: "deny" },
    of_all: true,
    used: 4.5,
    held: expect.any(Number),
    max: 45,
    remaining: expect.any(Number),
    percent: 10,
    resets_at: "2026-05-01T00:00:00.000Z",
  });
  expect(calls).toMatchObject({ of_all: false, used: 3, max: 10, percent: 30 });
  expect((await provider("gemini")).limits).toEqual([cost]);
  const held = await by.reserve("ada");
  const [, after, aMinute] = (await provider("openai")).limits;
  expect(after).toMatchObject({ used: 3, held: 2, remaining: 5 });
  // The roll-ups do not know of minutes.
  const { reservation_id: id } = held.body.data;
  await by.change(`reservations/${id}`, "settle", { usage: { input: 1, output: 1 } });
  expect(aMinute).toMatchObject({ used: 0, resets_at: "2026-04-11T12:01:00.000Z" });
  expect((await provider("openai")).limits[2]).toMatchObject({ used: 1, max: 60 });
});

test("a customer and a service key see none of it", async () => {
  for (const key of [ada, by.service]) {
    for (const what of ["system", "providers"]) {
      expect(await api.ask("GET", `/api/admin/${what}`, { key })).toMatchObject({ status: 403 });
    }
  }
});

test("who is signed in is told that this is a demo with a test clock, and of which version", async () => {
  const { version } = await read("system");
  const asked = await api.ask("GET", "/api/session", { key: ada });
  expect(asked.body.data).toEqual({
    ...{ kind: "customer", user_id: "ada" },
    ...{ version, demo: true, test_clock: true, tags: [] },
  });
});

test("one call's story tells what was held for it and expected of it", async () => {
  const body = { user_id: "ada", provider: "openai", model: "gpt-4o", input_tokens: 40 };
  const held = await api.ask("POST", "/api/subscription/reservations", {
    key: by.service,
    body: { ...body, max_output_tokens: 8 },
  });
  const { reservation_id: id } = held.body.data;
  await by.change(`reservations/${id}`, "settle", { usage: { input: 30, output: 5 } });
  const story = await by.read(`usage-logs/${id}`, "ada", ada);
  expect(story.held).toEqual(held.body.data.held);
  expect(story.held).toMatchObject({ input_tokens: 40, output_tokens: 8 });
  expect(story.expected).toMatchObject({ usage: { input: 40, output: 8 } });
  expect(story.expected.cost).toBe(story.held.cost);
  const [told] = await api.rows("select event_id from event_keys where source_id = 'before'");
  const other = await by.read(`usage-logs/${told?.["event_id"]}`, "ada", ada);
  expect(other).toMatchObject({ held: null, expected: null });
});
