/** Exact paths that an operator opens beyond a provider's table: counted as calls, and marked `unmetered`. */
import type { Dialect, Route, StreamReader, UsageReading } from "./dialect.ts";
import { unitFacts } from "./unit-priced.ts";

/** The operation of such calls, by which logs, breakdowns and limits know them. */
export const UNMETERED = "unmetered";

export interface OpenedPath {
  readonly method: Route["method"];
  /** The provider's own path, exactly. */
  readonly path: string;
}

/** What such a call uses is the operator's to know: it counts as one call, at no cost. */
const FACTS = unitFacts({ model: UNMETERED, units: {} });
const NOTHING: UsageReading = { usage: {}, outputTokensCounted: 0, problems: [] };

/** The same dialect with those paths added behind its own table. */
export function withOpenedPaths(dialect: Dialect, paths: readonly OpenedPath[]): Dialect {
  if (paths.length === 0) return dialect;
  return {
    ...dialect,
    routes: [...dialect.routes, ...paths.map(openedRoute)],
    readRequest: (request) => (isOpened(request.route) ? FACTS : dialect.readRequest(request)),
    mustAskUsage: (route) => !isOpened(route) && dialect.mustAskUsage(route),
    readUsage: (route, json, facts) =>
      isOpened(route) ? NOTHING : dialect.readUsage(route, json, facts),
    readStream: (route, options) =>
      isOpened(route) ? passedOn() : dialect.readStream(route, options),
  };
}

function openedRoute({ method, path }: OpenedPath): Route {
  const exactly = path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return {
    method,
    pattern: new RegExp(`^${exactly}$`),
    endpoint: path,
    operation: UNMETERED,
    kind: "metered",
  };
}

function isOpened(route: Route): boolean {
  return route.operation === UNMETERED;
}

function passedOn(): StreamReader {
  return {
    push: (chunk) => chunk,
    rest: () => null,
    reading: () => ({ ...NOTHING, complete: true }),
  };
}
