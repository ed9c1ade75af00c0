/** Every endpoint of the REST API, for the reference and for the tests that look at each. */
import type { Endpoint } from "../endpoint.ts";
import * as monitoring from "./monitoring.ts";
import * as plans from "./plans.ts";
import * as preflight from "./preflight.ts";

export const ENDPOINTS: readonly Endpoint[] = [
  ...Object.values(plans),
  ...Object.values(preflight),
  ...Object.values(monitoring),
];
