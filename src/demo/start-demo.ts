/** The demo: a simulated provider, a Purser before it, four customers, and what came of their calls. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { socketDoor } from "../client/admin-door.ts";
import { createClient, type PurserClient } from "../client/client.ts";
import { PurserError } from "../client/purser-error.ts";
import { DIALECTS } from "../providers/all.ts";
import { readConfig } from "../server/config.ts";
import { type RunningServer, startServer } from "../server/start-server.ts";
import { callsOf, DEMO_CUSTOMERS, type DemoCustomer } from "./demo-customers.ts";
import { loadSdks } from "./official-sdks.ts";
import { type Refusal, sendTraffic } from "./send-traffic.ts";
import { startSimulatedProvider } from "./simulated-provider.ts";

export interface DemoLine {
  readonly userId: string;
  readonly plan: string;
  readonly calls: number;
  readonly tokens: number;
  /** US dollars. */
  readonly cost: number;
  readonly refused: number;
}

export interface RunningDemo {
  readonly url: string;
  readonly adminKey: string;
  /** A key of the customer on Pro, to try things with. */
  readonly customerKey: string;
  readonly dataDir: string;
  readonly lines: readonly DemoLine[];
  /** The first refusal that was met, as its SDK raised it. */
  readonly refusal: Refusal | null;
  readonly seconds: number;
  close(): Promise<void>;
}

export interface DemoOptions {
  /** Left out: a new folder that is deleted at the end. */
  readonly dataDir?: string;
  /** Taken if it is free; otherwise any other is. */
  readonly port: number;
  readonly progress: (state: { done: number; total: number }) => void;
}

/** Runs all traffic, and resolves with the servers still up. Rejects where any call failed but by a refusal. */
export async function startDemo(options: DemoOptions): Promise<RunningDemo> {
  const clientsFor = await loadSdks();
  const stage = await openStage(options);
  try {
    const startedAt = performance.now();
    const purser = createClient({ transport: socketDoor(stage.dataDir).send });
    const total = DEMO_CUSTOMERS.reduce((sum, customer) => sum + callsOf(customer), 0);
    let done = 0;
    const ended = (): void => options.progress({ done: ++done, total });
    const lines: DemoLine[] = [];
    const refusals: Refusal[] = [];
    let customerKey = "";
    for (const customer of DEMO_CUSTOMERS) {
      const key = await addCustomer(purser, customer);
      if (customer.plan === "pro") customerKey = key;
      const client = clientsFor({ url: stage.server.url, key });
      const refused = await sendTraffic(customer, client, ended);
      refusals.push(...refused);
      lines.push(await lineFor(purser, customer, refused.length));
    }
    return {
      url: stage.server.url,
      adminKey: stage.adminKey,
      customerKey,
      dataDir: stage.dataDir,
      lines,
      refusal: refusals[0] ?? null,
      seconds: (performance.now() - startedAt) / 1_000,
      close: stage.close,
    };
  } catch (fault) {
    await stage.close();
    throw fault;
  }
}

interface Stage {
  readonly server: RunningServer;
  readonly adminKey: string;
  readonly dataDir: string;
  close(): Promise<void>;
}

async function openStage(options: DemoOptions): Promise<Stage> {
  const provider = await startSimulatedProvider();
  const port = (await isFree(options.port)) ? options.port : 0;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "purser-demo-")));
  const adminKey = `demo-admin-${randomBytes(24).toString("base64url")}`;
  const closeProvider = async (): Promise<void> => {
    await provider.close();
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const server = await startServer(
      readConfig(simulatedSettings({ dataDir, adminKey, port, at: provider.url })),
    );
    const close = async (): Promise<void> => {
      await server.close();
      await closeProvider();
    };
    return { server, adminKey, dataDir, close };
  } catch (fault) {
    await closeProvider();
    throw fault;
  }
}

/** A Purser may be running already on the usual port. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const trial = createServer();
    trial.once("error", () => resolve(false));
    trial.listen(port, "127.0.0.1", () => trial.close(() => resolve(true)));
  });
}

/** Nothing of the person's own environment: the demo must never reach a real provider with a real credential. */
function simulatedSettings(on: {
  dataDir: string;
  adminKey: string;
  port: number;
  at: string;
}): Record<string, string> {
  const providers = DIALECTS.flatMap(({ provider, credentialSetting }) => [
    [`PURSER_UPSTREAM_${provider.toUpperCase()}`, `${on.at}/${provider}`],
    [credentialSetting, "simulated-credential"],
  ]);
  return {
    ...Object.fromEntries(providers),
    PURSER_DATA_DIR: on.dataDir,
    PURSER_PORT: String(on.port),
    PURSER_ADMIN_KEY: on.adminKey,
    PURSER_DEMO: "1",
  };
}

async function addCustomer(purser: PurserClient, { userId, plan }: DemoCustomer): Promise<string> {
  try {
    await purser.admin.createCustomer({ id: userId, plan_id: plan });
  } catch (fault) {
    // They are there from an earlier demo in the same folder, and go on.
    if (!(fault instanceof PurserError && fault.code === "conflict")) throw fault;
  }
  const { key } = await purser.admin.createCustomerKey(userId, { name: "demo" });
  return key;
}

async function lineFor(
  purser: PurserClient,
  { userId, plan }: DemoCustomer,
  refused: number,
): Promise<DemoLine> {
  const used = await purser.usage(userId);
  return {
    userId,
    plan,
    calls: used.total_calls,
    tokens: used.total_tokens,
    cost: used.total_cost,
    refused,
  };
}
