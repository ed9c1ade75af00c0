/** Three `purser serve` processes on one PostgreSQL, before one simulated provider. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Script } from "../../src/demo/simulated/behaviour.ts";
import {
  type SimulatedProvider,
  startSimulatedProvider,
} from "../../src/demo/simulated-provider.ts";
import { type ServeProcess, serveProcess } from "../gateway/serve-process.ts";
import { doorsTo, type Stage, settingsFor } from "../gateway/stage.ts";
import { type DatabaseRow, readRows } from "../ledger/test-database.ts";
import { newDatabase } from "./shared-database.ts";

export interface Node extends Pick<ServeProcess, "end" | "url">, Pick<Stage, "admin" | "post"> {
  readonly nodeId: string;
  /** The environment it was started with. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface ThreeNodes {
  readonly nodes: readonly [Node, Node, Node];
  readonly provider: SimulatedProvider;
  readonly databaseUrl: string;
  /** Tells the provider what to do with each request; null: behave. */
  script: Script | null;
  /** Adds a customer, on that plan or on none, and gives back a key of theirs. */
  customer(id: string, plan?: string): Promise<string>;
  rows(select: string): Promise<DatabaseRow[]>;
  /** Requests that reached the provider and name this model. */
  reached(model: string): number;
  close(): Promise<void>;
}

/** All three start at once, on a database that has no tables yet. `more`: further settings of each. */
export async function startThreeNodes(
  plans: string,
  more: Readonly<Record<string, string>> = {},
): Promise<ThreeNodes> {
  const told: { script: Script | null } = { script: null };
  const provider = await startSimulatedProvider({
    delays: { firstMs: 0, betweenMs: 0 },
    script: (request) => told.script?.(request),
  });
  const database = await newDatabase();
  const shared = {
    PURSER_DATABASE_URL: database.url,
    PURSER_SECRET: randomBytes(32).toString("hex"),
    PURSER_ADMIN_KEY: randomBytes(32).toString("hex"),
    ...more,
  };
  const folders = [1, 2, 3].map(() => mkdtempSync(join(tmpdir(), "purser-node-")));
  const start = (folder: string) =>
    startNode({ ...settingsFor(provider, folder, plans), ...shared }, folder);
  const [one, two, three] = (await Promise.all(folders.map(start))) as [Node, Node, Node];
  return {
    nodes: [one, two, three],
    provider,
    databaseUrl: database.url,
    get script() {
      return told.script;
    },
    set script(script) {
      told.script = script;
    },
    async customer(id, plan) {
      const body = plan === undefined ? { id } : { id, plan_id: plan };
      await one.admin("POST", "/api/admin/customers", body);
      const made = await one.admin("POST", `/api/admin/customers/${id}/keys`, { name: "k" });
      return made.data.key;
    },
    rows: (select) => readRows(database.url, select),
    reached: (model) => provider.requests.filter((request) => request.model === model).length,
    async close() {
      await Promise.all([one, two, three].map(({ end }) => end("SIGTERM")));
      await provider.close();
      await database.drop();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startNode(
  settings: Readonly<Record<string, string>> & { readonly PURSER_ADMIN_KEY: string },
  folder: string,
): Promise<Node> {
  const { url, end, child } = await serveProcess(settings);
  const { admin, post } = doorsTo(url, settings.PURSER_ADMIN_KEY);
  const [nodeId = ""] = readFileSync(join(folder, "node-id"), "utf8").split("\n");
  return {
    url,
    nodeId,
    settings,
    admin,
    post,
    end: (signal) =>
      child.exitCode === null && child.signalCode === null
        ? end(signal)
        : Promise.resolve(child.exitCode),
  };
}

export interface Answered {
  /** null: the connection broke. */
  readonly status: number | null;
  readonly callId: string;
}

export interface Storm {
  readonly count: number;
  readonly path: string;
  /** Used in turn. */
  readonly keys: readonly string[];
  readonly body: unknown;
}

/** Sends that many calls at once, to each of the nodes in turn. */
export function storm(nodes: readonly Node[], of: Storm): Promise<Answered>[] {
  return Array.from({ length: of.count }, async (_, n) => {
    const node = nodes[n % nodes.length];
    const key = of.keys[n % of.keys.length] ?? "";
    try {
      const answer = await node?.post(of.path, key, of.body);
      await answer?.arrayBuffer();
      const callId = answer?.headers.get("x-purser-request-id") ?? "";
      return { status: answer?.status ?? null, callId };
    } catch {
      return { status: null, callId: "" };
    }
  });
}

/** How many were answered with each status. */
export function tally(answers: readonly Answered[]): Partial<Record<string, number>> {
  const counts: Partial<Record<string, number>> = {};
  for (const { status } of answers) {
    const name = status === null ? "broken" : String(status);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
