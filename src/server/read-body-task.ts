/** Parses a request's body once and reads its facts, or edits it; the same on any thread. */
import { invalidField } from "../core/errors.ts";
import { DIALECTS, findRoute } from "../providers/all.ts";
import type { Dialect, RequestEdits, RequestFacts, Route } from "../providers/dialect.ts";

/** A request in words that can travel between threads. */
export interface BodyTask {
  readonly provider: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Uint8Array;
  readonly edits: RequestEdits | null;
}

const textDecoder = new TextDecoder("utf-8", { fatal: true });

/** Throws `invalid_request` where the body is not JSON in UTF-8, or not a request of its route. */
export function readBody(task: BodyTask): RequestFacts {
  const { dialect, route } = routeOf(task);
  return dialect.readRequest({
    route,
    path: task.path,
    query: new URLSearchParams(task.query),
    json: parseJson(task.body),
    bodyBytes: task.body.byteLength,
  });
}

export function editBody(task: BodyTask, edits: RequestEdits): Uint8Array {
  const { dialect, route } = routeOf(task);
  return dialect.editRequest(task.body, route, edits);
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(textDecoder.decode(body));
  } catch {
    throw invalidField("body", "must be JSON in UTF-8.");
  }
}

function routeOf(task: BodyTask): { dialect: Dialect; route: Route } {
  const dialect = DIALECTS.find(({ provider }) => provider === task.provider);
  const route = dialect === undefined ? null : findRoute(dialect, task.method, task.path);
  if (dialect === undefined || route === null)
    throw new Error(`No route for ${task.method} ${task.provider}.`);
  return { dialect, route };
}
