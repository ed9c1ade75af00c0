/** Administrators list the archives of months that have left, and download them as they were written. */
import { createHash } from "node:crypto";
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, runApi } from "./running-api.ts";

let api: RunningApi;
let customer: string;

beforeAll(async () => {
  api = await runApi({ PURSER_RETENTION_MONTHS: "1" });
  customer = await api.addCustomer("ada", "basic");
  await setClock("2026-01-10T12:00:00Z");
  await tell("e1", "e2", "e3");
});
afterAll(() => api.close());

function setClock(now: string) {
  return api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } });
}

function tell(...ids: string[]) {
  const events = ids.map((id) => ({
    id,
    provider: "openai",
    model: "gpt-4o",
    usage: { input: 1_000 },
    tags: { person: "Ada Lovelace" },
  }));
  return api.ask("POST", "/api/subscription/usage/ada/events", {
    key: api.adminKey,
    body: { events },
  });
}

const list = () => api.ask("GET", "/api/admin/archives", { key: api.adminKey });

async function download(name: string): Promise<{ answer: Response; bytes: Buffer }> {
  const answer = await fetch(`${api.url}/api/admin/archives/${name}/download`, {
    headers: { authorization: `Bearer ${api.adminKey}` },
  });
  return { answer, bytes: Buffer.from(await answer.arrayBuffer()) };
}

test("until a month is old enough there is none, and looking makes none", async () => {
  await setClock("2026-02-28T23:59:00Z");
  await api.ask("GET", "/api/subscription/usage/ada?billing_period=all", { key: customer });
  expect(await list()).toMatchObject({ status: 200, body: { data: { archives: [] } } });
  const logs = await api.ask("GET", "/api/subscription/usage-logs", { key: customer });
  expect(logs.body.total_count).toBe(3);
});

test("then it is listed, and comes byte for byte; the sums are as before", async () => {
  const usage = () =>
    api.ask("GET", "/api/subscription/usage/ada?billing_period=all", { key: customer });
  const before = await usage();
  expect((await setClock("2026-03-01T00:00:00Z")).status).toBe(200);
  const [archive, ...others] = (await list()).body.data.archives;
  expect(others).toEqual([]);
  expect(archive).toMatchObject({
    month: "2026-01",
    events: 3,
    balances: 1,
    file: "2026-01.jsonl.gz",
    created_at: "2026-03-01T00:00:00.000Z",
    available: true,
  });
  const { answer, bytes } = await download("2026-01");
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/gzip");
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="2026-01.jsonl.gz"');
  expect(answer.headers.get("content-length")).toBe(String(archive.bytes));
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(archive.sha256);
  const text = gunzipSync(bytes).toString();
  const lines = text.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject(
    [1, 2, 3].map(() => ({ provider: "openai", usage: { input: 1_000 }, cost_usd: "0.0025" })),
  );
  expect(text).not.toMatch(/lovelace|"ada"/i);
  expect((await usage()).body.data).toMatchObject({
    total_calls: before.body.data.total_calls,
    total_cost: before.body.data.total_cost,
  });
  const logs = await api.ask("GET", "/api/subscription/usage-logs", { key: customer });
  expect(logs.body).toMatchObject({ logs: [], total_count: 0 });
  expect((await tell("e1", "e4")).body.data).toMatchObject({ recorded: 1, duplicates: 1 });
  const audited = await api.ask("POST", "/api/admin/audit", { key: api.adminKey, body: {} });
  expect(audited.body.data.differences).toEqual([]);
  const mode = statSync(join(api.dataDir, "archives", "2026-01.jsonl.gz")).mode & 0o777;
  expect(mode).toBe(0o600);
});

test("only for administrators, and by names of the list", async () => {
  for (const path of ["/api/admin/archives", "/api/admin/archives/2026-01/download"]) {
    expect((await api.ask("GET", path, { key: customer })).status).toBe(403);
    expect((await api.ask("GET", path)).status).toBe(401);
  }
  for (const name of ["2026-02", "x", "..%2F..%2Fpurser.db", "2026-01.jsonl.gz"]) {
    const path = `/api/admin/archives/${name}/download`;
    const answer = await api.ask("GET", path, { key: api.adminKey });
    expect(answer).toMatchObject({ status: 404, body: { error: "not_found" } });
  }
});

test("a file that is not here is said to be elsewhere", async () => {
  rmSync(join(api.dataDir, "archives", "2026-01.jsonl.gz"));
  expect((await list()).body.data.archives).toMatchObject([{ available: false }]);
  const answer = await api.ask("GET", "/api/admin/archives/2026-01/download", {
    key: api.adminKey,
  });
  expect(answer).toMatchObject({
    status: 404,
    body: { message: expect.stringContaining("PURSER_ARCHIVE_DIR") },
  });
});
