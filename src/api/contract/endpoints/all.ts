/** Every endpoint of the REST API by name, for the reference and for the tests that look at each. */
import type { Endpoint } from "../endpoint.ts";
import * as calls from "./calls.ts";
import * as health from "./health.ts";
import * as insights from "./insights.ts";
import * as limits from "./limits.ts";
import * as monitoring from "./monitoring.ts";
import * as overview from "./overview.ts";
import * as performance from "./performance.ts";
import * as plans from "./plans.ts";
import * as preflight from "./preflight.ts";
import * as prices from "./prices.ts";
import * as subscriptions from "./subscriptions.ts";
import * as upkeep from "./upkeep.ts";
import * as usage from "./usage.ts";

/** In the order of the reference. A name stands in one area only; it is the endpoint's `operationId`. */
const AREAS: readonly Readonly<Record<string, Endpoint>>[] = [
  plans,
  usage,
  limits,
  preflight,
  monitoring,
  subscriptions,
  insights,
  performance,
  overview,
  calls,
  prices,
  upkeep,
  health,
];

export const NAMED_ENDPOINTS: readonly (readonly [string, Endpoint])[] = AREAS.flatMap((area) =>
  Object.entries(area),
);

export const ENDPOINTS: readonly Endpoint[] = NAMED_ENDPOINTS.map(([, endpoint]) => endpoint);
