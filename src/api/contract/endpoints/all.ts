/** Every endpoint of the REST API by name, for the reference and for the tests that look at each. */
import type { Endpoint } from "../endpoint.ts";
import * as alerts from "./alerts.ts";
import * as archives from "./archives.ts";
import * as auditLog from "./audit-log.ts";
import * as calls from "./calls.ts";
import * as channels from "./channels.ts";
import * as customers from "./customers.ts";
import * as health from "./health.ts";
import * as insights from "./insights.ts";
import * as keys from "./keys.ts";
import * as limitLifts from "./limit-lifts.ts";
import * as limits from "./limits.ts";
import * as monitoring from "./monitoring.ts";
import * as operation from "./operation.ts";
import * as operatorAlerts from "./operator-alerts.ts";
import * as outbox from "./outbox.ts";
import * as overview from "./overview.ts";
import * as performance from "./performance.ts";
import * as plans from "./plans.ts";
import * as plansAdmin from "./plans-admin.ts";
import * as preflight from "./preflight.ts";
import * as prices from "./prices.ts";
import * as sessions from "./sessions.ts";
import * as stream from "./stream.ts";
import * as subscriptions from "./subscriptions.ts";
import * as system from "./system.ts";
import * as unsubscribe from "./unsubscribe.ts";
import * as upkeep from "./upkeep.ts";
import * as usage from "./usage.ts";
import * as usageLogs from "./usage-logs.ts";

/** In the order of the reference. A name stands in one area only; it is the endpoint's `operationId`. */
const AREAS: readonly Readonly<Record<string, Endpoint>>[] = [
  plans,
  usage,
  usageLogs,
  stream,
  limits,
  preflight,
  monitoring,
  subscriptions,
  insights,
  alerts,
  unsubscribe,
  keys,
  sessions,
  performance,
  overview,
  system,
  customers,
  limitLifts,
  plansAdmin,
  operation,
  channels,
  outbox,
  operatorAlerts,
  auditLog,
  calls,
  prices,
  upkeep,
  archives,
  health,
];

export const NAMED_ENDPOINTS: readonly (readonly [string, Endpoint])[] = AREAS.flatMap((area) =>
  Object.entries(area),
);

export const ENDPOINTS: readonly Endpoint[] = NAMED_ENDPOINTS.map(([, endpoint]) => endpoint);
