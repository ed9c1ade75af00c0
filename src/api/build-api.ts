/** Builds the REST API: who may ask, what they may ask, and one shape of answer. */
import cookie from "@fastify/cookie";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
  LogController,
} from "fastify";
import { serializerCompiler } from "fastify-type-provider-zod";
import type { z } from "zod";
import type { Api } from "./api.ts";
import { noQuery } from "./contract/envelope.ts";
import { allowOrigins } from "./cross-origin.ts";
import { type DashboardPages, dashboardPages } from "./dashboard-pages.ts";
import { noSuchPath, sendFailure } from "./failures.ts";
import { FRONT_PAGE_HEADERS, frontPage } from "./front-page.ts";
import type { ApiPorts } from "./ports.ts";
import { BODY_BYTES_MAX, readBodies } from "./read-body.ts";
import { partReader } from "./read-part.ts";
import { referencePages } from "./reference.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { archiveRoutes } from "./routes/archives.ts";
import { auditRoute } from "./routes/audit.ts";
import { auditLogRoute } from "./routes/audit-log.ts";
import { channelRoutes } from "./routes/channels.ts";
import { clockRoute } from "./routes/clock.ts";
import { customerRoutes } from "./routes/customers.ts";
import { denialRoute } from "./routes/denials.ts";
import { deploymentLimitRoutes } from "./routes/deployment-limits.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { insightRoutes } from "./routes/insights.ts";
import { keyRoutes } from "./routes/keys.ts";
import { limitLiftRoutes } from "./routes/limit-lifts.ts";
import { limitRoutes } from "./routes/limits.ts";
import { countRequests, monitoringRoutes } from "./routes/monitoring.ts";
import { monthRoutes } from "./routes/months.ts";
import { operatorAlertRoutes } from "./routes/operator-alerts.ts";
import { outboxRoutes } from "./routes/outbox.ts";
import { overviewRoutes } from "./routes/overview.ts";
import { ownKeyRoutes } from "./routes/own-keys.ts";
import { performanceRoutes } from "./routes/performance.ts";
import { planRoutes } from "./routes/plans.ts";
import { planAdminRoutes } from "./routes/plans-admin.ts";
import { preflightRoute } from "./routes/preflight.ts";
import { priceRoutes } from "./routes/prices.ts";
import { reservationRoutes } from "./routes/reservations.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { streamRoute } from "./routes/stream.ts";
import { subscriptionAdminRoutes } from "./routes/subscription-admin.ts";
import { subscriptionChangeRoutes } from "./routes/subscription-changes.ts";
import { subscriptionRoutes } from "./routes/subscriptions.ts";
import { systemRoutes } from "./routes/system.ts";
import { unsubscribeRoutes } from "./routes/unsubscribe.ts";
import { usageRoutes } from "./routes/usage.ts";
import { usageLogRoutes } from "./routes/usage-logs.ts";
import { authenticateRequests } from "./who-asks.ts";

export interface ApiOptions {
  /** Who makes the HTTP server: the gateway takes its own paths before Fastify sees them. */
  readonly serverFactory?: FastifyServerFactory;
  readonly logger?: FastifyBaseLogger;
}

/** User ids stand in paths, and each of their characters may take nine. */
const PARAM_CHARS_MAX = 2_000;

/** The API, ready for `inject` or `listen`. */
export async function buildApi(ports: ApiPorts, options: ApiOptions = {}): Promise<Api> {
  const app = createApp(ports, options);
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => partReader(schema, httpPart));
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendFailure);
  allowOrigins(app, ports.corsOrigins);
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-purser-request-id", request.id);
    reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
  });
  countRequests(app, ports);
  await app.register(cookie);
  authenticateRequests(app, ports);
  const dashboard = await dashboardPages(app, ports.dashboardFolder);
  app.setNotFoundHandler((request, reply) =>
    dashboard?.isWanted(request)
      ? dashboard.send(reply)
      : sendFailure(noSuchPath(app, request), request, reply),
  );
  readBodies(app);
  addRoutes(app, ports);
  startPage(app, ports, dashboard);
  await referencePages(app, ports.version);
  await app.ready();
  return app;
}

function createApp(ports: ApiPorts, options: ApiOptions): Api {
  return Fastify({
    ...(options.serverFactory === undefined ? {} : { serverFactory: options.serverFactory }),
    ...(options.logger === undefined ? {} : { loggerInstance: options.logger }),
    // A line for each request would be most of the log, and paths hold user ids.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: ports.trustProxy,
    bodyLimit: BODY_BYTES_MAX,
    genReqId: ports.newCallId,
    requestIdHeader: false,
    routerOptions: { maxParamLength: PARAM_CHARS_MAX, ignoreTrailingSlash: true },
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      sendFailure(error, request, reply);
    },
  }) as unknown as Api;
}

function addRoutes(app: Api, ports: ApiPorts): void {
  healthRoutes(app, ports);
  sessionRoutes(app, ports);
  planRoutes(app, ports);
  priceRoutes(app, ports);
  usageRoutes(app, ports);
  usageLogRoutes(app, ports);
  streamRoute(app, ports);
  limitRoutes(app, ports);
  insightRoutes(app, ports);
  performanceRoutes(app, ports);
  overviewRoutes(app, ports);
  systemRoutes(app, ports);
  reservationRoutes(app, ports);
  eventRoutes(app, ports);
  customerRoutes(app, ports);
  limitLiftRoutes(app, ports);
  keyRoutes(app, ports);
  ownKeyRoutes(app, ports);
  alertRoutes(app, ports);
  planAdminRoutes(app, ports);
  deploymentLimitRoutes(app, ports);
  denialRoute(app, ports);
  channelRoutes(app, ports);
  outboxRoutes(app, ports);
  operatorAlertRoutes(app, ports);
  unsubscribeRoutes(app, ports);
  clockRoute(app, ports);
  auditLogRoute(app, ports);
  auditRoute(app, ports);
  monthRoutes(app, ports);
  archiveRoutes(app, ports);
  preflightRoute(app, ports);
  monitoringRoutes(app, ports);
  subscriptionRoutes(app, ports);
  subscriptionChangeRoutes(app, ports);
  subscriptionAdminRoutes(app, ports);
}

/** The dashboard, or a page that says what runs here where it was not built. */
function startPage(app: Api, ports: ApiPorts, dashboard: DashboardPages | null): void {
  app.get("/", {
    // What the dashboard shows stands in its address.
    schema: dashboard === null ? { querystring: noQuery } : {},
    handler: async (request, reply) => {
      if (dashboard !== null) return dashboard.send(reply);
      const address = `${request.protocol}://${request.host}`;
      const page = frontPage({
        version: ports.version,
        address,
        dialects: ports.dialects,
        isSetUp: ports.isSetUp,
      });
      return reply.headers(FRONT_PAGE_HEADERS).type("text/html; charset=utf-8").send(page);
    },
  });
}
