/** The main thread's end of a database thread: a request is answered, or rejected because the thread is gone. */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { AppError } from "../core/errors.ts";
import { faultFrom } from "./faults.ts";
import type { ThreadReply, ThreadRequest } from "./messages.ts";

/** Closing a file takes milliseconds; a thread that is longer about it is ended. */
const STOP_MS_MOST = 2_000;

type Body<Request> = Request extends unknown ? Omit<Request, "id"> : never;

export interface Thread {
  /** Rejects with the statement's own error, or with `enforcement_unavailable` once the thread is gone. */
  request(body: Body<ThreadRequest>): Promise<unknown>;
  /** Lets what was asked end, then closes the file and the thread. */
  stop(): Promise<void>;
  /** Ends the thread now, whatever it is doing; its waiting requests reject. */
  kill(): void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (fault: Error) => void;
}

/**
 * Starts the thread and resolves once its file is open and current. `onFault` is told once if the thread dies unasked:
 * from then on every request rejects, so that nothing is taken for held or recorded that is not.
 */
export async function openThread(
  module: URL,
  settings: unknown,
  onFault: (fault: Error) => void,
): Promise<Thread> {
  const worker = new Worker(module, { workerData: settings });
  const waiting = new Map<number, Waiting>();
  let gone: Error | null = null;
  let isStopping = false;
  let lastId = 0;

  const opened = new Promise<unknown>((resolve, reject) => waiting.set(0, { resolve, reject }));
  const die = (cause: unknown): void => {
    if (gone !== null) return;
    gone = away(cause);
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };
  worker.on("message", (reply: ThreadReply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.ok) asked?.resolve(reply.value);
    else asked?.reject(faultFrom(reply.fault));
  });
  worker.on("error", (cause: unknown) => {
    const starting = waiting.has(0);
    // A thread that cannot open its file says why: that is what the operator must read.
    if (starting && cause instanceof Error) waiting.get(0)?.reject(cause);
    die(cause);
    if (!starting && gone !== null) onFault(gone);
  });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  worker.on("exit", () => {
    if (gone !== null) return;
    die(new Error("The database thread ended."));
    // Told to stop, it may end before its last answer is read.
    if (gone !== null && !isStopping) onFault(gone);
  });

  const request = (body: Body<ThreadRequest>): Promise<unknown> => {
    if (gone !== null) return Promise.reject(gone);
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ ...body, id });
    });
  };
  await opened;
  return {
    request,
    stop: async () => {
      if (gone !== null) return;
      isStopping = true;
      await request({ kind: "stop" });
      die(new Error("The database thread was stopped."));
      // It ends by itself once its port is closed: ending it from here could catch it inside SQLite.
      await Promise.race([ended, sleep(STOP_MS_MOST, undefined, { ref: false })]);
      await worker.terminate();
    },
    kill: () => {
      die(new Error("The database thread was ended."));
      void worker.terminate();
    },
  };
}

function away(cause: unknown): AppError {
  return new AppError(
    "enforcement_unavailable",
    "The database is not available, so nothing can be allowed. Look at Purser's log and restart it.",
    {},
    { cause },
  );
}
