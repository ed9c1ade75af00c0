/** The thread that reads and edits large bodies. */
import { parentPort, workerData } from "node:worker_threads";
import { AppError } from "../core/errors.ts";
import { allDialects, findRoute } from "../providers/all.ts";
import type { CompatibleSetting } from "../providers/compatible/read-setting.ts";
import type { Dialect, RequestEdits, Route } from "../providers/dialect.ts";
import { parseBody } from "./parse-body.ts";
import type { BodyAnswer } from "./read-body.ts";

/** A request in words that can travel between threads. */
export interface BodyTask {
  readonly provider: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Uint8Array;
  /** null: read the request, change nothing. */
  readonly edits: RequestEdits | null;
}

// Dialects hold functions, which cannot travel; the settings that make them can.
const dialects = allDialects(workerData as readonly CompatibleSetting[]);

parentPort?.on("message", ({ id, task }: { id: number; task: BodyTask }) => {
  parentPort?.postMessage(answerTo(id, task));
});

function answerTo(id: number, task: BodyTask): BodyAnswer {
  try {
    const { dialect, route } = routeOf(task);
    const { path, body, edits } = task;
    if (edits !== null) return { id, ok: true, body: dialect.editRequest(body, route, edits) };
    const query = new URLSearchParams(task.query);
    const read = { route, path, query, json: parseBody(body), bodyBytes: body.byteLength };
    return { id, ok: true, facts: dialect.readRequest(read) };
  } catch (cause) {
    if (cause instanceof AppError) {
      return { id, ok: false, code: cause.code, message: cause.message, details: cause.details };
    }
    return {
      id,
      ok: false,
      code: "internal",
      message: "The request could not be read.",
      details: {},
    };
  }
}

function routeOf(task: BodyTask): { dialect: Dialect; route: Route } {
  const dialect = dialects.find(({ provider }) => provider === task.provider);
  const route = dialect === undefined ? null : findRoute(dialect, task.method, task.path);
  if (dialect === undefined || route === null) {
    throw new Error(`No route for ${task.method} ${task.provider}.`);
  }
  return { dialect, route };
}
