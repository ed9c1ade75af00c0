/** What the demo plays on: a simulated provider, a simulated receiver, a folder with a past, and a Purser. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "../core/instant.ts";
import { DIALECTS } from "../providers/all.ts";
import { readConfig } from "../server/config.ts";
import { type RunningServer, startServer } from "../server/start-server.ts";
import { type History, makeHistory } from "./history/make-history.ts";
import { startSimulatedProvider } from "./simulated-provider.ts";
import { startSimulatedReceiver } from "./simulated-receiver.ts";

export interface DemoStage {
  readonly server: RunningServer;
  readonly adminKey: string;
  readonly dataDir: string;
  readonly receiverUrl: string;
  /** null: none was asked for, or the folder has one. */
  readonly history: History | null;
  close(): Promise<void>;
}

const DATABASE_FILE = "purser.db";

export async function openStage(
  of: {
    readonly dataDir?: string;
    readonly port: number;
    readonly history: boolean;
    readonly dashboardDir?: string;
  },
  progress: (state: { done: number; total: number }) => void,
): Promise<DemoStage> {
  const [provider, receiver] = [await startSimulatedProvider(), await startSimulatedReceiver()];
  const dataDir = of.dataDir ?? (await mkdtemp(join(tmpdir(), "purser-demo-")));
  const adminKey = `demo-admin-${randomBytes(24).toString("base64url")}`;
  const closeRest = async (): Promise<void> => {
    await Promise.all([provider.close(), receiver.close()]);
    if (of.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const settings = {
      ...simulatedSettings({
        dataDir,
        adminKey,
        port: await freePort(of.port),
        at: provider.url,
        receiver: receiver.host,
      }),
      PURSER_DASHBOARD_DIR: of.dashboardDir ?? "",
    };
    const isNew = !existsSync(join(dataDir, DATABASE_FILE));
    const history =
      of.history && isNew
        ? await makeHistory({
            settings,
            receiverUrl: receiver.url,
            now: instant(Date.now()),
            progress,
          })
        : null;
    const server = await startServer(readConfig(settings));
    const close = async (): Promise<void> => {
      await server.close();
      await closeRest();
    };
    return { server, adminKey, dataDir, receiverUrl: receiver.url, history, close };
  } catch (fault) {
    await closeRest();
    throw fault;
  }
}

/** A Purser may be running already on the usual port. Links name the port, so it is known before the start. */
async function freePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? 0;
}

/** null: somebody else has it. */
function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const trial = createServer();
    trial.once("error", () => resolve(null));
    trial.listen(port, "127.0.0.1", () => {
      const address = trial.address();
      const taken = typeof address === "object" && address !== null ? address.port : port;
      trial.close(() => resolve(taken));
    });
  });
}

/** Nothing of the person's own environment: the demo must never reach a real provider with a real credential. */
function simulatedSettings(on: {
  dataDir: string;
  adminKey: string;
  port: number;
  at: string;
  receiver: string;
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
    PURSER_TAGS: "team,feature",
    PURSER_PRIVATE_RECEIVERS: on.receiver,
    PURSER_DEMO: "1",
    // What customers are told is on the pages; here it would be lines among the words of the command.
    PURSER_LOG_LEVEL: "silent",
  };
}
