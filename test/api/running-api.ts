/** A real Purser on a real port for the tests of the REST API, with a test clock and a folder and a database of its own. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/server/config.ts";
import { startServer } from "../../src/server/start-server.ts";
import { type DatabaseRow, emptyDatabase, IS_POSTGRES, readRows } from "../ledger/test-database.ts";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  readonly body: any;
  readonly text: string;
  readonly headers: Headers;
}

export interface Question {
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RunningApi {
  readonly url: string;
  readonly adminKey: string;
  readonly dataDir: string;
  /** `postgres://…`, or null on SQLite. */
  readonly databaseUrl: string | null;
  ask(method: string, path: string, question?: Question): Promise<Answer>;
  /** Adds a customer and gives back a key of theirs. */
  addCustomer(id: string, planId?: string): Promise<string>;
  serviceKey(): Promise<string>;
  /** What its database itself says. */
  rows(select: string): Promise<DatabaseRow[]>;
  close(): Promise<void>;
}

export async function runApi(settings: Readonly<Record<string, string>> = {}): Promise<RunningApi> {
  const dataDir = mkdtempSync(join(tmpdir(), "purser-api-"));
  const adminKey = randomBytes(32).toString("hex");
  const shared = IS_POSTGRES ? await emptyDatabase() : null;
  const config = readConfig({
    PURSER_DATA_DIR: dataDir,
    PURSER_PORT: "0",
    PURSER_ADMIN_KEY: adminKey,
    PURSER_TEST_CLOCK: "1",
    PURSER_LOG_LEVEL: "silent",
    // Its pages have tests of their own.
    PURSER_DASHBOARD_DIR: join(dataDir, "no-dashboard"),
    ...(shared === null ? {} : { PURSER_DATABASE_URL: shared.address }),
    ...settings,
  });
  const server = await startServer(config);
  const ask = askAt(server.url);
  return {
    url: server.url,
    adminKey,
    dataDir,
    databaseUrl: shared?.address ?? null,
    ask,
    async addCustomer(id, planId) {
      const body = planId === undefined ? { id } : { id, plan_id: planId };
      await ask("POST", "/api/admin/customers", { key: adminKey, body });
      const path = `/api/admin/customers/${encodeURIComponent(id)}/keys`;
      const made = await ask("POST", path, { key: adminKey, body: { name: "test" } });
      return made.body.data.key;
    },
    async serviceKey() {
      const body = { kind: "service", name: "backend" };
      return (await ask("POST", "/api/admin/keys", { key: adminKey, body })).body.data.key;
    },
    rows: (select) => readRows(shared?.address ?? join(dataDir, "purser.db"), select),
    async close() {
      await server.close();
      await shared?.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function askAt(url: string): RunningApi["ask"] {
  return async (method, path, question = {}) => {
    const { key, body, headers = {} } = question;
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /\bjson\b/.test(answer.headers.get("content-type") ?? "");
    return {
      status: answer.status,
      body: isJson ? JSON.parse(text) : null,
      text,
      headers: answer.headers,
    };
  };
}
