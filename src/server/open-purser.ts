/** Puts the gateway and the REST API in front of the parts; listens nowhere yet. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import { type Logger, pino } from "pino";
import type { Dispatcher } from "../alerts/outbox/dispatcher.ts";
import type { Api } from "../api/api.ts";
import { type ApiOptions, buildApi } from "../api/build-api.ts";
import type { ApiPorts, Readiness } from "../api/ports.ts";
import { createRecentRequests, type RecentRequests } from "../api/recent-requests.ts";
import { createGateway, type Gateway } from "../gateway/gateway.ts";
import type { GatewayPorts } from "../gateway/ports.ts";
import { createLiveHub, type LiveHub } from "../insights/live/live-hub.ts";
import { within } from "../nodes/within.ts";
import { countText } from "../providers/count-text.ts";
import { createArchives } from "../retention/archives.ts";
import { callPortsOf, makeCallId } from "./call-ports.ts";
import { clockSetter } from "./clock-setter.ts";
import type { Config } from "./config.ts";
import { type DeferredWork, deferredWorkOf } from "./deferred-work.ts";
import { systemOf } from "./describe-system.ts";
import { describeUpgrade } from "./describe-upgrade.ts";
import { hasSwitch } from "./has-switch.ts";
import { createMetrics } from "./metrics.ts";
import { shippedAlternatives } from "./model-alternatives.ts";
import { openAdvice } from "./open-advice.ts";
import { countUnsent, openNotices } from "./open-notices.ts";
import { openParts, type Parts } from "./open-parts.ts";
import { openUnsubscribing } from "./open-unsubscribing.ts";
import { createBodyReader } from "./read-body.ts";
import { VERSION } from "./version.ts";

export interface Purser {
  readonly parts: Parts;
  readonly gateway: Gateway;
  readonly api: Api;
  readonly log: Logger;
  readonly deferredWork: DeferredWork;
  /** Sends what is to be told, once it is started. */
  readonly dispatcher: Dispatcher;
  readonly live: LiveHub;
  /**
   * Does that customer's plan turn this on? A customer who has never called is on the default plan; a switch that no plan
   * names is off. Throws `invalid_request` where `userId` cannot be one.
   */
  has(userId: string, name: string): Promise<boolean>;
  /** Asks the REST API as the administrator, in this process. */
  request(question: {
    method: string;
    path: string;
    body?: unknown;
  }): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

/** How a server that listens ties itself in. */
export interface Listening {
  /** Makes the server that Fastify answers on. */
  readonly serverFactory: (answerApi: RequestListener, gateway: Gateway) => Server;
  /** Did the request come through our Unix socket? */
  readonly isLocalSocket: (request: IncomingMessage) => boolean;
}

/** Throws what `openParts` throws. Whoever opens must `close`. */
export async function openPurser(
  config: Config,
  listening: Listening | null = null,
): Promise<Purser> {
  // On stderr: what a command prints on stdout may be read by a program.
  const log = pino({ level: config.logLevel, name: "purser" }, pino.destination(2));
  const fault = (cause: unknown, during: string): void => log.error({ err: cause }, during);
  const metrics = createMetrics();
  const recentRequests = createRecentRequests();
  let wake = (): void => undefined;
  const opened = await openParts(config, { fault, batch: metrics.batch, alerted: () => wake() });
  const parts = { ...opened, ledger: metrics.measured(opened.ledger) };
  const lively = livelyOf(parts, metrics.settled, fault);
  const { advise } = lively;
  const outgoing = openNotices(parts, { log, advise, counted: metrics.delivered, fault });
  const { dispatcher } = outgoing;
  wake = () => dispatcher.wake();
  try {
    const bodies = createBodyReader(config.addedProviders);
    const calls = callPortsOf(parts, {
      bodies,
      settled: lively.settled,
      answered: metrics.answered,
      fault,
    });
    const deferredWork = deferredWorkOf(parts, calls);
    const gateway = gatewayOf(parts, {
      ...calls,
      endLater: deferredWork.endLater,
      failed: metrics.refused,
      finished: notedIn(recentRequests),
    });
    // Only this process knows it, so only this process can ask as the administrator without a key.
    const inProcess = randomBytes(32).toString("hex");
    const api = await buildApi(
      apiPortsOf(parts, {
        isLocal: (request) =>
          request.headers[IN_PROCESS] === inProcess || (listening?.isLocalSocket(request) ?? false),
        ...lively,
        notices: outgoing.port,
        runDue: () => dispatcher.runDue(),
        recentRequests,
        fault,
        askDue: deferredWork.askDue,
        metrics: async () => metrics.text(await presentOf(parts, gateway)),
      }),
      { logger: log, ...listenedOn(listening, gateway) },
    );
    return {
      parts,
      gateway,
      api,
      log,
      deferredWork,
      dispatcher,
      live: lively.live,
      has: (userId, name) => hasSwitch(parts, userId, name),
      request: (question) => askInProcess(api, question, { [IN_PROCESS]: inProcess }),
      async close() {
        await api.close();
        await bodies.close();
        await outgoing.close();
        await parts.close();
        metrics.close();
      },
    };
  } catch (cause) {
    metrics.close();
    await outgoing.close();
    await parts.close();
    throw cause;
  }
}

function listenedOn(
  listening: Listening | null,
  gateway: Gateway,
): Pick<ApiOptions, "serverFactory"> {
  if (listening === null) return {};
  return { serverFactory: (answerApi) => listening.serverFactory(answerApi, gateway) };
}

function gatewayOf(
  { config, plans }: Parts,
  ports: Omit<GatewayPorts, "dialects" | "corsOrigins" | "describeDenial">,
): Gateway {
  return createGateway({
    ...ports,
    dialects: config.dialects,
    corsOrigins: config.corsOrigins,
    describeDenial: (denial, { dialect }) => describeUpgrade(denial, dialect.provider, plans),
  });
}

/** What is settled here is told to whoever listens here at once. */
function livelyOf(
  { store, clock, customers, plans, prices }: Parts,
  counted: ApiPorts["settled"],
  fault: (cause: unknown, during: string) => void,
): Pick<ApiPorts, "advise" | "live" | "settled"> {
  const advise = openAdvice({ store, plans, prices });
  const live = createLiveHub({ store, clock, customers, advise, fault });
  return {
    advise,
    live,
    settled(event) {
      counted(event);
      live.wake(event.customerId);
    },
  };
}

function notedIn(recentRequests: RecentRequests): NonNullable<GatewayPorts["finished"]> {
  return ({ provider, endpoint, method, statusCode, durationMs }) =>
    recentRequests.add({ method, path: `/${provider}${endpoint ?? "/*"}`, statusCode, durationMs });
}

const IN_PROCESS = "x-purser-in-process";

function apiPortsOf(
  parts: Parts,
  outside: Pick<
    ApiPorts,
    "advise" | "settled" | "live" | "notices" | "metrics" | "recentRequests"
  > & {
    isLocal: (request: IncomingMessage) => boolean;
    askDue: () => Promise<void>;
    runDue: () => Promise<void>;
    fault: (cause: unknown, during: string) => void;
  },
): ApiPorts {
  const { config, clock } = parts;
  const { fault } = outside;
  return {
    store: parts.store,
    ledger: parts.ledger,
    callers: parts.callers,
    sessions: parts.sessions,
    customers: parts.customers,
    subscriptions: parts.subscriptions,
    checkout: null,
    keys: parts.keys,
    plans: parts.plans,
    prices: parts.prices,
    modelAlternatives: shippedAlternatives(),
    dialects: config.dialects,
    declaredTags: config.tags,
    isSetUp: ({ provider, credentialOptional }) =>
      credentialOptional === true || (config.upstreams[provider]?.credential ?? null) !== null,
    upstreamHost: ({ provider, baseUrl }) =>
      new URL(config.upstreams[provider]?.baseUrl ?? baseUrl).host,
    clock,
    setClock: config.testClock ? clockSetter(parts, outside) : null,
    detachMonth: parts.months.detach,
    archives: createArchives({ store: parts.store, folder: config.archiveDir }),
    newCallId: makeCallId,
    inputTokensBound: (text) => countText(text).bound,
    upgradeFor: (denial, scope) => describeUpgrade(denial, scope.provider, parts.plans),
    advise: outside.advise,
    settled: outside.settled,
    live: outside.live,
    channels: parts.channels,
    notices: outside.notices,
    ...openUnsubscribing(parts),
    metrics: outside.metrics,
    recentRequests: outside.recentRequests,
    ready: () => readiness(parts, fault),
    isLocalSocket: outside.isLocal,
    corsOrigins: config.corsOrigins,
    trustProxy: config.trustProxy,
    publicUrl: config.notices.publicUrl,
    dashboardFolder: config.dashboardDir,
    version: VERSION,
    isDemo: config.demo,
    system: systemOf(parts),
  };
}

/** What metrics say of this moment. */
async function presentOf(parts: Parts, gateway: Gateway) {
  return {
    heldCalls: await countOpenHolds(parts.store),
    callsInFlight: gateway.running,
    deliveries: await countUnsent(parts),
    node: { ...parts.node, runsJobs: parts.node.mayRunJobs() },
  };
}

async function countOpenHolds({ db }: Parts["store"]): Promise<number> {
  const open = await db
    .selectFrom("reservations")
    .select(({ fn }) => fn.countAll().as("count"))
    .where("state", "=", "pending")
    .executeTakeFirst();
  return Number(open?.count ?? 0);
}

const READY_WITHIN_MS = 3_000;

/** Anybody may ask, so of a fault of the database only its kind is said; the log has the rest. */
async function readiness(
  { store, node }: Parts,
  fault: (cause: unknown, during: string) => void,
): Promise<Readiness> {
  const kind = node.database;
  try {
    await within(READY_WITHIN_MS, store.db.selectFrom("meta").select("name").limit(1).execute());
    return { ready: true, checks: { database: "ok", migrations: "ok", kind } };
  } catch (cause) {
    fault(cause, "readiness");
    return { ready: false, checks: { database: "does not answer", kind } };
  }
}

async function askInProcess(
  api: Api,
  question: { method: string; path: string; body?: unknown },
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; body: unknown }> {
  const answer = await api.inject({
    method: question.method as "GET",
    url: question.path,
    headers: {
      ...headers,
      ...(question.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(question.body === undefined ? {} : { payload: JSON.stringify(question.body) }),
  });
  const isJson = String(answer.headers["content-type"]).includes("json");
  return { status: answer.statusCode, body: isJson ? answer.json() : answer.body };
}
