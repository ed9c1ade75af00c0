/** How this node does: what earlier dashboards poll. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import {
  apiStats,
  apiStatsQuery,
  cacheStats,
  lightweightStats,
  systemHealth,
} from "../monitoring.ts";

/** Whoever has a key may ask: nothing in the answers is about a customer. */
const polled = { method: "GET", audience: "customer", tag: "monitoring", bare: true } as const;

export const readHealth = endpoint({
  ...polled,
  path: "/api/content-planning/monitoring/health",
  summary: "Is this node healthy, by the requests of its last five minutes",
  query: noQuery,
  body: noBody,
  answer: systemHealth,
});

export const readLightweightStats = endpoint({
  ...polled,
  path: "/api/content-planning/monitoring/lightweight-stats",
  summary: "The same in short",
  query: noQuery,
  body: noBody,
  answer: lightweightStats,
});

export const readApiStats = endpoint({
  ...polled,
  path: "/api/content-planning/monitoring/api-stats",
  summary: "Requests and errors of this node's last minutes, by route",
  query: apiStatsQuery,
  body: noBody,
  answer: apiStats,
});

export const readCacheStats = endpoint({
  ...polled,
  path: "/api/content-planning/monitoring/cache-stats",
  summary: "There is no cache: zeros",
  query: noQuery,
  body: noBody,
  answer: cacheStats,
});
