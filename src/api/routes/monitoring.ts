/** How this node does, by what it answered in its last minutes: for the dashboards that poll it. */
import { formatInstant, instant } from "../../core/instant.ts";
import type { Api } from "../api.ts";
import {
  readApiStats,
  readCacheStats,
  readHealth,
  readLightweightStats,
} from "../contract/endpoints/monitoring.ts";
import type { HEALTH_WORDS } from "../contract/monitoring.ts";
import type { ApiPorts } from "../ports.ts";
import type { EndpointSum, RecentSums, RequestError } from "../recent-requests.ts";
import { serve } from "../serve.ts";

type HealthWord = (typeof HEALTH_WORDS)[number];

const HEALTH_MINUTES = 5;
/** Of fewer, one error would be an alarm. */
const REQUESTS_LEAST = 10;
const WARNING_PERCENT = 5;
const CRITICAL_PERCENT = 20;
const ENDPOINTS_SHOWN = 10;
const ERRORS_SHOWN = 20;

const ICONS: Readonly<Record<HealthWord, string>> = {
  healthy: "🟢",
  warning: "🟡",
  critical: "🔴",
};
const NO_CACHE = { hits: 0, misses: 0, hit_rate: 0 };

/** What asks how we do: polled all the time, it would make every error rate look small. */
const PROBES = new Set(["/healthz", "/readyz", "/metrics"]);
const MONITORING = "/api/content-planning/monitoring/";
/** Its length is how long somebody listened. */
const EVENT_STREAM = "text/event-stream";
/** Of requests whose path is no route. */
const NO_ROUTE = "(no such path)";

export function monitoringRoutes(
  app: Api,
  { recentRequests }: Pick<ApiPorts, "recentRequests">,
): void {
  serve(app, readHealth, () => {
    const recent = recentRequests.within(HEALTH_MINUTES);
    const word = healthOf(recent);
    return told(`The system is ${word}.`, {
      system_health: word,
      icon: ICONS[word],
      api_performance: performanceOf(recent),
      cache_performance: NO_CACHE,
      timestamp: present(),
    });
  });
  serve(app, readLightweightStats, () => {
    const recent = recentRequests.within(HEALTH_MINUTES);
    const status = healthOf(recent);
    const { icon, timestamp } = { icon: ICONS[status], timestamp: present() };
    return told(`The system is ${status}.`, { status, icon, ...performanceOf(recent), timestamp });
  });
  serve(app, readApiStats, ({ query }) => {
    const recent = recentRequests.within(query.minutes);
    const { requests, errors } = recentRequests.total;
    return told(`What this node answered; the recent figures are of ${query.minutes} min.`, {
      timestamp: present(),
      overview: {
        total_requests: requests,
        total_errors: errors,
        recent_requests: recent.requests,
        recent_errors: recent.errors,
      },
      cache_performance: NO_CACHE,
      top_endpoints: recent.endpoints.slice(0, ENDPOINTS_SHOWN).map(shownEndpoint),
      recent_errors: recent.failures.slice(0, ERRORS_SHOWN).map(shownError),
      system_health: { status: healthOf(recent), error_rate: errorRate(recent) },
    });
  });
  serve(app, readCacheStats, () =>
    told("There is no cache, so there is nothing to hit or miss.", {
      ...NO_CACHE,
      total_requests: 0,
    }),
  );
}

/** Must be added before the routes are. */
export function countRequests(
  app: Api,
  { recentRequests }: Pick<ApiPorts, "recentRequests">,
): void {
  app.addHook("onResponse", async (request, reply) => {
    const path = request.routeOptions.url ?? NO_ROUTE;
    const type = String(reply.getHeader("content-type") ?? "");
    if (PROBES.has(path) || path.startsWith(MONITORING) || type.startsWith(EVENT_STREAM)) return;
    const { method } = request;
    const { statusCode, elapsedTime: durationMs } = reply;
    recentRequests.add({ method, path, statusCode, durationMs });
  });
}

function told<Data>(message: string, data: Data) {
  return { success: true as const, status: "success" as const, data, message };
}

function present(): string {
  return formatInstant(instant(Date.now()));
}

function healthOf(recent: RecentSums): HealthWord {
  if (recent.requests < REQUESTS_LEAST) return "healthy";
  const percent = (recent.errors * 100) / recent.requests;
  if (percent >= CRITICAL_PERCENT) return "critical";
  return percent >= WARNING_PERCENT ? "warning" : "healthy";
}

function performanceOf(recent: RecentSums) {
  const { requests, errors } = recent;
  return {
    recent_requests: requests,
    recent_errors: errors,
    error_rate: errorRate(recent),
  };
}

/** In percent, with one decimal. */
function errorRate({ requests, errors }: Pick<RecentSums, "requests" | "errors">): number {
  return requests === 0 ? 0 : Math.round((errors * 1_000) / requests) / 10;
}

function shownEndpoint({ endpoint, count, errors, durationMs, lastAtMs }: EndpointSum) {
  return {
    endpoint,
    count,
    avg_time: seconds(durationMs / count),
    errors,
    last_called: formatInstant(instant(lastAtMs)),
    cache_hit_rate: 0,
  };
}

function shownError({ atMs, path, method, statusCode, durationMs }: RequestError) {
  const timestamp = formatInstant(instant(atMs));
  return { timestamp, path, method, status_code: statusCode, duration: seconds(durationMs) };
}

/** To the tenth of a millisecond. */
function seconds(ms: number): number {
  return Math.round(ms * 10) / 10_000;
}
