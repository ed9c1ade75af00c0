/** Reads and edits request bodies: small ones at once, large ones on a thread of their own. */
import { Worker } from "node:worker_threads";
import type { CallPorts, CallRequest, FormBody } from "../call/call.ts";
import { AppError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";
import type { RequestEdits, RequestFacts } from "../providers/dialect.ts";
import { type BodyTask, editBody, readBody } from "./read-body-task.ts";

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

export function createBodyReader(): BodyReader {
  const thread = createThread();
  return {
    readRequest(request) {
      if (request.form !== undefined) return readForm(request, request.form);
      const task = taskOf(request, null);
      return request.body.byteLength > LARGE_BODY_BYTES
        ? thread.run(task).then((answer) => answer.facts ?? missing())
        : readBody(task);
    },
    editRequest(request, edits) {
      const task = taskOf(request, edits);
      return request.body.byteLength > LARGE_BODY_BYTES
        ? thread.run(task).then((answer) => answer.body ?? missing())
        : editBody(task, edits);
    },
    close: () => thread.close(),
  };
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
function createThread() {
  let worker: Worker | null = null;
  let nextId = 0;
  const waiting = new Map<number, PromiseWithResolvers<Extract<BodyAnswer, { ok: true }>>>();

  function start(): Worker {
    const started = new Worker(new URL("./read-body-thread.ts", import.meta.url));
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

function missing(): never {
  throw new Error("The body thread answered with nothing.");
}
