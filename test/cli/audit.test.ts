/** `purser audit` shows what is off by the customer's own id, exits with 1 for it, and mends it when told to. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AuditRuns } from "../../src/api/audit-runs.ts";
import { readConfig } from "../../src/server/config.ts";
import { startServer } from "../../src/server/start-server.ts";
import { type RunningApi, runApi } from "../api/running-api.ts";
import {
  addCustomer,
  addPlan,
  limit,
  openTestLedger,
  plan,
  recordOf,
  type TestLedger,
} from "../ledger/support.ts";
import { purser, temporaryFolder } from "./run-purser.ts";

/** Nothing may run on the folder meanwhile. */
function change(folder: string, sql: string): void {
  const db = new DatabaseSync(join(folder, "purser.db"));
  db.exec(sql);
  db.close();
}

describe("on a folder with a customer who called", () => {
  const folder = temporaryFolder();
  const here = ["--data-dir", folder.path];
  const config = readConfig({
    PURSER_DATA_DIR: folder.path,
    PURSER_PORT: "0",
    PURSER_LOG_LEVEL: "silent",
  });
  beforeAll(async () => {
    await purser("customer", "add", "ada", "--plan", "basic", ...here);
    const server = await startServer(config);
    const told = await fetch(`${server.url}/api/subscription/usage/ada/events`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.adminKeyShownOnce}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({
        events: [
          { id: "1", provider: "openai", model: "gpt-4o", usage: { input: 7 }, cost_usd: 1.5 },
        ],
      }),
    });
    expect(told.status).toBe(200);
    await server.close();
  });
  afterAll(folder.remove);

  test("it says that nothing differs, and what it counted", async () => {
    const ended = await purser("audit", ...here);
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(ended.out).toMatch(
      /^Nothing differs: 1 customer, 1 event, \d+ counters?, 3 roll-ups\.$/m,
    );
  });

  test("what was changed behind its back is found, repaired when told to, and noted", async () => {
    change(folder.path, "update counters set used = used + 3 where meter = 'cost'");
    change(folder.path, "update rollups_day set calls = 4");
    change(folder.path, "update rollups_period set calls = 5");
    const found = await purser("audit", ...here);
    expect(found.code).toBe(1);
    expect(found.out).toMatch(/^ada +cost used .* \$1\.500000003 +\$1\.5$/m);
    expect(found.out).toMatch(/^ada +rollup-by-day calls .* 4 +1$/m);
    expect(found.out).toMatch(/^ada +rollup-by-period calls .* period .* 5 +1$/m);
    expect(found.err).toMatch(/^purser: 3 numbers are not what the log says\.\n {2}→ .+\n$/);
    const json = JSON.parse((await purser("audit", "--json", ...here)).out);
    expect(json).toMatchObject({ differing: 3, left: 3, counted: { events: 1 } });

    const repaired = await purser("audit", "--repair", ...here);
    expect(repaired).toMatchObject({ code: 0, err: "" });
    expect(repaired.out).toContain("3 of 3 repaired");
    expect((await purser("audit", ...here)).code).toBe(0);
    const db = new DatabaseSync(join(folder.path, "purser.db"), { readOnly: true });
    const notes = db.prepare("select subject from audit_log where action = 'audit.repair'").all();
    db.close();
    expect(notes).toHaveLength(3);
  });

  test("it asks a running server, and repairs through its ledger", async () => {
    change(folder.path, "update counters set used = used + 3 where meter = 'cost'");
    const server = await startServer(config);
    try {
      expect((await purser("audit", ...here)).code).toBe(1);
      expect((await purser("audit", "--repair", ...here)).code).toBe(0);
      expect((await purser("audit", ...here)).out).toContain("Nothing differs");
    } finally {
      await server.close();
    }
  });
});

describe("over the API", () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await runApi();
  });
  afterAll(() => api.close());

  test("only an administrator may ask, and a cursor of no audit is refused", async () => {
    const path = "/api/admin/audit";
    const body = { repair: false };
    const key = await api.serviceKey();
    expect(await api.ask("POST", path, { key, body })).toMatchObject({ status: 403 });
    const asked = await api.ask("POST", path, { key: api.adminKey, body });
    expect(asked).toMatchObject({
      status: 200,
      body: { data: { differences: [], has_more: false } },
    });
    const stray = await api.ask("POST", path, { key: api.adminKey, body: { cursor: "x" } });
    expect(stray).toMatchObject({ status: 400, body: { field: "cursor" } });
  });
});

describe("part by part", () => {
  let opened: TestLedger;
  beforeAll(async () => {
    opened = await openTestLedger();
    const planVersionId = await addPlan(opened.store, plan("pro", [limit({ cap: 9n })]));
    for (let n = 0; n < 5; n += 1) {
      const customer = await addCustomer(opened.store, { planVersionId });
      await opened.ledger.record(recordOf(customer));
    }
  });
  afterAll(() => opened.remove());

  test("each part goes on where the last one ended, and one audit runs at a time", async () => {
    const runs = new AuditRuns({ store: opened.store, ledger: opened.ledger, partMs: 0 });
    let part = await runs.begin({ repair: false, actor: "test" });
    const cursor = part.next ?? "";
    expect(() => runs.begin({ repair: false, actor: "test" })).toThrow("running already");
    expect(() => runs.goOn("another", "test")).toThrow("cursor");
    const seen = [part.progress.events];
    while (part.next !== null) {
      part = await runs.goOn(cursor, "test");
      seen.push(part.progress.events);
    }
    expect(seen.length).toBeGreaterThan(5);
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(part.progress).toMatchObject({ customers: 5, events: 5 });
    expect((await runs.begin({ repair: false, actor: "test" })).next).not.toBeNull();
  });
});
