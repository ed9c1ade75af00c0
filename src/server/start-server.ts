/** Runs Purser: listens for calls, for the API, and for commands on a Unix socket; does the work by the clock. */
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import type { PlanChange } from "../core/plans/diff-plans.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { startDailyAudit } from "../jobs/daily-audit.ts";
import { startLookAhead } from "../jobs/look-ahead.ts";
import { pollDeferred } from "../jobs/poll-deferred.ts";
import { startRenewals } from "../jobs/renew-subscriptions.ts";
import type { Repeating } from "../jobs/repeat.ts";
import { startRetirement } from "../jobs/retire-months.ts";
import { startRetireTold } from "../jobs/retire-told.ts";
import { startSweeper } from "../jobs/sweeper.ts";
import type { Config } from "./config.ts";
import { firstAdminKey } from "./first-admin-key.ts";
import { openPurser, type Purser } from "./open-purser.ts";
import { ConfigError } from "./read-setting.ts";

const SOCKET_FILE = "purser.sock";
const SWEEP_EVERY_MS = 5_000;
const POLL_EVERY_MS = 1_000;
const RENEW_EVERY_MS = 5_000;
const LOOK_AHEAD_EVERY_MS = 300_000;

export interface RunningServer {
  /** Where it listens, e.g. `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Made at this start; it is not to be had again. */
  readonly adminKeyShownOnce?: string;
  /** What `purser plans apply` would change. */
  readonly pendingPlanChanges: readonly PlanChange[];
  /** No new calls; running ones may end within the deadline and are settled; then everything is closed. */
  close(): Promise<void>;
}

/** Throws ConfigError where the port is taken, and what `openParts` throws. */
export async function startServer(config: Config): Promise<RunningServer> {
  const local = new WeakSet<Socket>();
  let listener: RequestListener = () => undefined;
  const purser = await openPurser(config, {
    serverFactory(answerApi, gateway) {
      listener = listenerFor(answerApi, gateway);
      return createServer(listener);
    },
    isLocalSocket: ({ socket }: IncomingMessage) => local.has(socket),
  });
  const commands = createServer((request, response) => listener(request, response));
  commands.on("connection", (socket) => local.add(socket));
  const socketPath = join(config.dataDir, SOCKET_FILE);
  const { server } = purser.api;
  let made: string | null = null;
  try {
    if (config.adminKey === null) made = await firstAdminKey(purser.parts);
    await purser.api.ready();
    await listenForCommands(commands, socketPath);
    await listen(server, config);
  } catch (cause) {
    commands.close();
    await purser.close();
    throw cause;
  }
  const jobs = startJobs(purser);
  return {
    url: urlOf(server, config.host),
    ...(made === null ? {} : { adminKeyShownOnce: made }),
    pendingPlanChanges: purser.parts.pendingPlanChanges,
    close: once(async () => {
      purser.gateway.beginDrain();
      // We listened ourselves, so Fastify does not close it for us. What is connected already gets a 503.
      server.close();
      // Who listens comes again, to another node if there is one.
      await purser.live.close();
      await purser.gateway.drained(config.shutdownMs);
      await Promise.all(jobs.map((job) => job.stop()));
      commands.close();
      commands.closeAllConnections();
      rmSync(socketPath, { force: true });
      server.closeAllConnections();
      await purser.close();
    }),
  };
}

/** The work by the clock; of several nodes one does it at a time. */
function startJobs({ parts, deferredWork, dispatcher, log }: Purser): readonly Repeating[] {
  const { node } = parts;
  node.seekJobs();
  dispatcher.start();
  const mayRun = (): boolean => node.mayRunJobs();
  return [
    dispatcher,
    startSweeper({
      sweep: () => parts.sweep(),
      everyMs: SWEEP_EVERY_MS,
      mayRun,
      onFault: (fault) => log.error({ err: fault }, "the sweeper"),
    }),
    pollDeferred({
      ...deferredWork,
      everyMs: POLL_EVERY_MS,
      mayRun,
      onFault: (fault) => log.error({ err: fault }, "asking for deferred work"),
    }),
    startRenewals({
      store: parts.store,
      clock: parts.clock,
      subscriptions: parts.subscriptions,
      everyMs: RENEW_EVERY_MS,
      mayRun,
      onFault: (fault) => log.error({ err: fault }, "renewing subscriptions"),
    }),
    startDailyAudit({
      store: parts.store,
      ledger: parts.ledger,
      clock: parts.clock,
      spreadBy: parts.installation,
      mayRun,
      onFault: (fault) => log.error({ err: fault }, "the daily audit"),
    }),
    startLookAhead({
      store: parts.store,
      ledger: parts.ledger,
      clock: parts.clock,
      plans: parts.plans,
      everyMs: LOOK_AHEAD_EVERY_MS,
      mayRun,
      onFault: (fault) => log.error({ err: fault }, "looking ahead"),
    }),
    startRetireTold({
      store: parts.store,
      clock: parts.clock,
      mayRun,
      onFault: (fault) => log.error({ err: fault }, "removing what was told long ago"),
    }),
    startRetirement({
      months: parts.months,
      ledger: parts.ledger,
      clock: parts.clock,
      keptMonths: parts.config.retentionMonths,
      mayRun,
      onFault: (fault) => log.error({ err: fault }, "archiving old months"),
    }),
  ];
}

/** Gateway paths are taken before Fastify sees them. */
function listenerFor(answerApi: RequestListener, gateway: Gateway): RequestListener {
  return (request, response) => {
    if (gateway.takes(request.url ?? "")) gateway.handle(request, response);
    else answerApi(request, response);
  };
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) => {
      const code = "code" in cause ? cause.code : undefined;
      reject(
        code === "EADDRINUSE"
          ? new ConfigError(
              "PURSER_PORT",
              `${port} is taken on ${host} by another program; choose another.`,
            )
          : cause,
      );
    });
    server.listen(port, host, resolve);
  });
}

/** Mode 0600 from its first moment: whoever can open it is the administrator. */
async function listenForCommands(server: Server, path: string): Promise<void> {
  // A server that died leaves its socket behind; the data folder's lock says that nobody else is alive.
  rmSync(path, { force: true });
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", (cause) =>
        reject(
          new ConfigError("PURSER_DATA_DIR", `cannot hold the socket ${path}: ${cause.message}`),
        ),
      );
      server.listen(path, resolve);
    });
  } finally {
    process.umask(umask);
  }
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const shown = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return `http://${shown.includes(":") ? `[${shown}]` : shown}:${port}`;
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= close();
    return closing;
  };
}
