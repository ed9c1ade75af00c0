/** Every endpoint of the REST API, for the reference and for the tests that look at each. */
import type { Endpoint } from "../endpoint.ts";
import * as insights from "./insights.ts";
import * as monitoring from "./monitoring.ts";
import * as overview from "./overview.ts";
import * as performance from "./performance.ts";
import * as plans from "./plans.ts";
import * as preflight from "./preflight.ts";
import * as subscriptions from "./subscriptions.ts";

export const ENDPOINTS: readonly Endpoint[] = [
  ...Object.values(plans),
  ...Object.values(preflight),
  ...Object.values(monitoring),
  ...Object.values(subscriptions),
  ...Object.values(insights),
  ...Object.values(performance),
  ...Object.values(overview),
];
