/** A real Purser on a real port before a simulated provider, for the gateway's tests. */
import { hash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { Usage } from "../../src/core/usage.ts";
import type { Script } from "../../src/demo/simulated/behaviour.ts";
import {
  type SimulatedProvider,
  startSimulatedProvider,
} from "../../src/demo/simulated-provider.ts";
import { readConfig } from "../../src/server/config.ts";
import { startServer } from "../../src/server/start-server.ts";

export interface EventRow {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly endpoint: string;
  readonly status_code: number;
  readonly calls: number;
  readonly usage: Usage;
  readonly cost: number;
  readonly estimated: boolean;
  readonly unpriced: boolean;
  readonly unconfirmed: boolean;
  readonly streamed: boolean;
  readonly retry_count: number;
  readonly latency_ms: number;
  readonly first_token_ms: number | null;
  readonly overrun: boolean;
}

export interface Stage {
  readonly url: string;
  readonly dataDir: string;
  readonly provider: SimulatedProvider;
  /** Tells the provider what to do with each request; null: behave. */
  script: Script | null;
  /** A new customer's key, on a plan of the plans file. */
  customer(plan?: string): Promise<string>;
  admin(method: string, path: string, body?: unknown): Promise<{ status: number; data: Json }>;
  post(path: string, key: string, body: unknown, extra?: Extra): Promise<Response>;
  /** Events of a key's customer, oldest first, read from the database file itself. */
  events(key: string): EventRow[];
  /** Waits until that many events are there. */
  eventsOnce(key: string, count: number): Promise<EventRow[]>;
  counters(key: string): { meter: string; used: number; held: number; provider: string }[];
  openHolds(): number;
  /** The open holds themselves. */
  holds(): { owner: string; held: Readonly<Record<string, number>>; expires_at: number }[];
  /** Requests that reached the provider and name this model. */
  reached(model: string): number;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
export type Json = any;
interface Extra {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const DEFAULT_PLANS = `
plans:
  - id: free
    name: Free
    tier: free
    price: { monthly: 0, yearly: 0 }
    limits: []
  - id: one-call
    name: One call
    tier: basic
    price: { monthly: 5, yearly: 50 }
    limits:
      - { meter: calls, max: 1 }
`;

export async function setStage(
  options: {
    plans?: string;
    settings?: Readonly<Record<string, string>>;
    /** Further providers, of OpenAI's dialect, that the simulated one plays. */
    upstreams?: readonly string[];
  } = {},
): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), "purser-gateway-"));
  const told: { script: Script | null } = { script: null };
  const provider = await startSimulatedProvider({
    delays: { firstMs: 0, betweenMs: 0 },
    script: (request) => told.script?.(request),
  });
  const played = (options.upstreams ?? []).map((name) => [
    `PURSER_UPSTREAM_${name.toUpperCase().replaceAll("-", "_")}`,
    provider.upstream("openai"),
  ]);
  const settings = {
    ...settingsFor(provider, dataDir, options.plans),
    ...Object.fromEntries(played),
    ...options.settings,
  };
  const server = await startServer(readConfig(settings));
  const doors = doorsTo(server.url, settings.PURSER_ADMIN_KEY);
  return {
    url: server.url,
    dataDir,
    provider,
    ...doors,
    ...recordsIn(dataDir),
    get script() {
      return told.script;
    },
    set script(script) {
      told.script = script;
    },
    reached: (model) => provider.requests.filter((request) => request.model === model).length,
    async close() {
      await server.close();
      await provider.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The environment of a Purser before that provider, also for one in a process of its own. */
export function settingsFor(provider: SimulatedProvider, dataDir: string, plans = DEFAULT_PLANS) {
  const plansFile = join(dataDir, "plans.yaml");
  writeFileSync(plansFile, plans);
  return {
    PURSER_PORT: "0",
    PURSER_DATA_DIR: dataDir,
    PURSER_PLANS: plansFile,
    PURSER_ADMIN_KEY: randomBytes(32).toString("hex"),
    PURSER_UPSTREAM_OPENAI: provider.upstream("openai"),
    PURSER_UPSTREAM_ANTHROPIC: provider.upstream("anthropic"),
    PURSER_UPSTREAM_GEMINI: provider.upstream("gemini"),
    PURSER_UPSTREAM_MISTRAL: provider.upstream("mistral"),
    OPENAI_API_KEY: "operators-openai-secret",
    ANTHROPIC_API_KEY: "operators-anthropic-secret",
    GEMINI_API_KEY: "operators-gemini-secret",
    MISTRAL_API_KEY: "operators-mistral-secret",
  };
}

/** What can be asked of a running Purser. */
export function doorsTo(url: string, adminKey: string): Pick<Stage, "admin" | "customer" | "post"> {
  let made = 0;
  const admin: Stage["admin"] = async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json: Json = await response.json();
    return { status: response.status, data: json.data ?? json };
  };
  return {
    admin,
    async customer(plan = "free") {
      made += 1;
      const id = `customer-${made}`;
      const added = await admin("POST", "/api/admin/customers", { id, plan_id: plan });
      if (added.status >= 300) throw new Error(JSON.stringify(added));
      const { data } = await admin("POST", `/api/admin/customers/${id}/keys`, { name: "k" });
      return data.key;
    },
    post: (path, key, body, extra = {}) =>
      fetch(url + path, {
        method: "POST",
        headers: {
          authorization: `Bearer ${key}`,
          "content-type": "application/json",
          ...extra.headers,
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
        ...(extra.signal === undefined ? {} : { signal: extra.signal }),
      }),
  };
}

/** What the database file itself says. */
export function recordsIn(
  dataDir: string,
): Pick<Stage, "events" | "eventsOnce" | "counters" | "openHolds" | "holds"> {
  const events: Stage["events"] = (key) =>
    read(
      dataDir,
      `select events.* from events join keys on keys.customer_id = events.customer_id
       where keys.hash = ? order by seq`,
      hash("sha256", key, "buffer"),
    ).map((row) => ({
      ...row,
      usage: JSON.parse(row.usage),
      estimated: row.estimated === 1,
      unpriced: row.unpriced === 1,
      unconfirmed: row.unconfirmed === 1,
      streamed: row.streamed === 1,
      overrun: row.overrun === 1,
    }));
  return {
    events,
    async eventsOnce(key, count) {
      for (let waited = 0; waited < 10_000; waited += 20) {
        const found = events(key);
        if (found.length >= count) return found;
        await sleep(20);
      }
      throw new Error(`There are ${events(key).length} events, not ${count}.`);
    },
    counters: (key) =>
      read(
        dataDir,
        `select meter, provider, used, held from counters join keys on keys.customer_id = subject
         where keys.hash = ?`,
        hash("sha256", key, "buffer"),
      ),
    holds: () =>
      read(dataDir, "select owner, held, expires_at from reservations where state = 'pending'").map(
        (row) => ({
          ...row,
          held: Object.fromEntries(
            Object.entries(JSON.parse(row.held)).map(([meter, amount]) => [meter, Number(amount)]),
          ),
        }),
      ),
    openHolds: () =>
      read(dataDir, "select 1 as one from reservations where state = 'pending'").length,
  };
}

function read(dataDir: string, sql: string, ...values: Uint8Array[]): Json[] {
  const database = new DatabaseSync(join(dataDir, "purser.db"), { readOnly: true });
  try {
    return database.prepare(sql).all(...values);
  } finally {
    database.close();
  }
}

/** A chat request as OpenAI's SDK writes it. */
export function chat(model: string, more: Readonly<Record<string, unknown>> = {}): object {
  return {
    model,
    max_completion_tokens: 200,
    messages: [{ role: "user", content: "Say something." }],
    ...more,
  };
}
