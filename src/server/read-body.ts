/** Reads and edits request bodies: small ones at once, large ones on a thread of their own. */
import { Worker } from "node:worker_threads";
import type { CallPorts, CallRequest, FormBody } from "../call/call.ts";
import { AppError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";
import type { CompatibleSetting } from "../providers/compatible/read-setting.ts";
import type { RequestEdits, RequestFacts } from "../providers/dialect.ts";
import { UNMETERED } from "../providers/opened-paths.ts";
import { parseBody } from "./parse-body.ts";
import type { BodyTask } from "./read-body-thread.ts";

/** Parsing this much takes a few milliseconds, in which no other call would move. */
const LARGE_BODY_BYTES = 1024 * 1024;
const WAITING_MOST = 64;

export interface BodyReader extends Pick<CallPorts, "readRequest" | "editRequest"> {
  close(): Promise<void>;
}

/** What the thread answers; an AppError travels as its parts. */
export type BodyAnswer =
  | {
      readonly id: number;
      readonly ok: true;
      readonly facts?: RequestFacts;
      readonly body?: Uint8Array;
    }
  | {
      readonly id: number;
      readonly ok: false;
      readonly code: ErrorCode;
      readonly message: string;
      readonly details: ErrorDetails;
    };

/** `added` are the providers of the settings: the thread must know them too. */
export function createBodyReader(added: readonly CompatibleSetting[]): BodyReader {
  const thread = createThread(added);
  return {
    readRequest(request) {
      if (request.form !== undefined) return readForm(request, request.form);
      if (request.route.operation === UNMETERED) return readNothing(request);
      return request.body.byteLength > LARGE_BODY_BYTES
        ? thread.run(taskOf(request, null)).then((answer) => answer.facts ?? missing())
        : readSmall(request);
    },
    editRequest(request, edits) {
      return request.body.byteLength > LARGE_BODY_BYTES
        ? thread.run(taskOf(request, edits)).then((answer) => answer.body ?? missing())
        : request.dialect.editRequest(request.body, request.route, edits);
    },
    close: () => thread.close(),
  };
}

/** What the operator opened may carry anything: nobody looks into it. */
function readNothing({ dialect, route, path, query, body }: CallRequest): RequestFacts {
  return dialect.readRequest({ route, path, query, json: null, bodyBytes: body.byteLength });
}

function readSmall({ dialect, route, path, query, body }: CallRequest): RequestFacts {
  const json = parseBody(body);
  return dialect.readRequest({ route, path, query, json, bodyBytes: body.byteLength });
}

/** The fields are there already; none of them is large. */
function readForm({ dialect, route, path, query }: CallRequest, form: FormBody): RequestFacts {
  return dialect.readRequest({ route, path, query, json: form.fields, bodyBytes: form.bytes });
}

function taskOf(request: CallRequest, edits: RequestEdits | null): BodyTask {
  return {
    provider: request.dialect.provider,
    method: request.route.method,
    path: request.path,
    query: request.query.toString(),
    body: request.body,
    edits,
  };
}

/** Started with the first large body, and again if it dies. */
function createThread(added: readonly CompatibleSetting[]) {
  let worker: Worker | null = null;
  let nextId = 0;
  const waiting = new Map<number, PromiseWithResolvers<Extract<BodyAnswer, { ok: true }>>>();

  function start(): Worker {
    const started = new Worker(besides("read-body-thread"), { workerData: added });
    started.unref();
    started.on("message", (answer: BodyAnswer) => {
      const caller = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.ok) caller?.resolve(answer);
      else caller?.reject(new AppError(answer.code, answer.message, answer.details));
    });
    started.on("error", (cause) => {
      if (worker === started) worker = null;
      for (const caller of waiting.values()) caller.reject(cause);
      waiting.clear();
    });
    return started;
  }

  return {
    run(task: BodyTask) {
      if (waiting.size >= WAITING_MOST) {
        throw new AppError(
          "enforcement_unavailable",
          "Too many large requests are being read; try again shortly.",
        );
      }
      worker ??= start();
      const id = nextId++;
      const caller = Promise.withResolvers<Extract<BodyAnswer, { ok: true }>>();
      waiting.set(id, caller);
      worker.postMessage({ id, task });
      return caller.promise;
    },
    async close() {
      await worker?.terminate();
    },
  };
}

/** A thread's module beside this one, built or not. */
function besides(name: string): URL {
  return new URL(import.meta.url.replace(/read-body(\.[jt]s)$/, `${name}$1`));
}

function missing(): never {
  throw new Error("The body thread answered with nothing.");
}
