/** One HTTP exchange with a provider: sends a request, hands on its answer piece by piece, ends exactly once. */
import type { Readable } from "node:stream";
import type { Dispatcher, Pool } from "undici";
import type { CallWatch, Stop } from "./call-watch.ts";

export interface Sending {
  readonly pool: Pool;
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** Names and values in turn, as undici takes them fastest. */
  readonly headers: string[];
  /** A function: called for each attempt, since a stream can be read only once. */
  readonly body: Uint8Array | (() => Uint8Array | Readable) | null;
}

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
}

/** Lets whoever takes the answer slow it down or end it. */
export interface Flow {
  pause(): void;
  resume(): void;
  abort(cause: Error): void;
}

/** Takes the pieces of an answer's body, and is told of its end. */
export interface AnswerBody {
  piece(bytes: Uint8Array): void;
}

/**
 * `whole`: the answer ended as HTTP says it ends. `cut`: it broke off. `unsent`: no byte of the request was sent.
 * `left`, `late`: the watch stopped it.
 */
export interface ExchangeEnd<Body> {
  readonly how: "whole" | "cut" | "unsent" | Stop;
  readonly head: AnswerHead | null;
  readonly body: Body | null;
  readonly cause: Error | null;
}

/** `open` is called once the head is there, and gives what takes the body. Never rejects. */
export function exchange<Body extends AnswerBody>(
  sending: Sending,
  watch: CallWatch,
  open: (head: AnswerHead, flow: Flow) => Body,
): Promise<ExchangeEnd<Body>> {
  return new Promise((resolve) => {
    const handler = new ExchangeHandler(watch, open, resolve);
    watch.onStop(() => handler.stop());
    if (handler.ended) return;
    sending.pool.dispatch(
      {
        path: sending.path,
        method: sending.method,
        headers: sending.headers,
        body: typeof sending.body === "function" ? sending.body() : sending.body,
      },
      handler,
    );
  });
}

class ExchangeHandler<Body extends AnswerBody> implements Dispatcher.DispatchHandler {
  ended: boolean = false;
  #controller: Dispatcher.DispatchController | null = null;
  #head: AnswerHead | null = null;
  #body: Body | null = null;
  readonly #watch: CallWatch;
  readonly #open: (head: AnswerHead, flow: Flow) => Body;
  readonly #resolve: (end: ExchangeEnd<Body>) => void;

  constructor(
    watch: CallWatch,
    open: (head: AnswerHead, flow: Flow) => Body,
    resolve: (end: ExchangeEnd<Body>) => void,
  ) {
    this.#watch = watch;
    this.#open = open;
    this.#resolve = resolve;
  }

  /** undici calls this when a connection is there, right before it writes the request. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.ended) controller.abort(new Error("The call ended before it was sent."));
    else this.#controller = controller;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: AnswerHeaders,
  ): void {
    if (status < 200 || this.ended) return; // 1xx: the real head is still to come.
    this.#watch.heard();
    this.#head = { status, headers };
    this.#body = this.#open(this.#head, controller);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.ended) return;
    this.#watch.heard();
    this.#body?.piece(chunk);
  }

  onResponseEnd(): void {
    this.#end("whole", null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    this.#end(this.#controller === null ? "unsent" : "cut", cause);
  }

  stop(): void {
    const sent = this.#controller !== null;
    const cause = new Error("The call was stopped.");
    this.#end(sent ? (this.#watch.stopped ?? "late") : "unsent", cause);
    this.#controller?.abort(cause);
  }

  #end(how: ExchangeEnd<Body>["how"], cause: Error | null): void {
    if (this.ended) return;
    this.ended = true;
    this.#watch.onStop(null);
    this.#resolve({ how, head: this.#head, body: this.#body, cause });
  }
}
