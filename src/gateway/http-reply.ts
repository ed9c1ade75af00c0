/** The client's HTTP response as the place where a call's answer goes. */
import type { ServerResponse } from "node:http";
import type { CallReply } from "../call/call.ts";

/** A client that does not even take the end of a broken answer is let go after this. */
const LAST_BYTES_MS = 5_000;

export class HttpReply implements CallReply {
  #left: boolean = false;
  #bodyBegun: boolean = false;
  readonly #leftListeners: (() => void)[] = [];
  readonly #response: ServerResponse;
  readonly #extra: Readonly<Record<string, string>>;

  /** `extra` headers (CORS) go with every answer. */
  constructor(response: ServerResponse, extra: Readonly<Record<string, string>>) {
    this.#response = response;
    this.#extra = extra;
    response.on("error", () => this.abandon());
    response.on("close", () => {
      if (!response.writableFinished) this.abandon();
    });
  }

  get started(): boolean {
    return this.#response.headersSent;
  }

  start(head: { status: number; headers: Readonly<Record<string, string>> }): void {
    if (this.#left) return;
    this.#response.writeHead(head.status, { ...head.headers, ...this.#extra });
    if ("content-length" in head.headers) return; // All of it is here, and goes out together.
    // Often the first piece comes with the head, and both go out together; if not, the head must not wait for it.
    process.nextTick(() => {
      if (!this.#bodyBegun && !this.#left) this.#response.flushHeaders();
    });
  }

  write(bytes: Uint8Array): boolean {
    this.#bodyBegun = true;
    return this.#left || this.#response.write(bytes);
  }

  end(bytes: Uint8Array | null): void {
    this.#bodyBegun = true;
    if (this.#left) return;
    if (bytes === null) this.#response.end();
    else this.#response.end(bytes);
  }

  destroy(): void {
    const { socket } = this.#response;
    if (socket === null || this.#left) return;
    // The connection closes without the chunk that ends a body, once what was written before has left.
    process.nextTick(() => socket.destroySoon());
    setTimeout(() => socket.destroy(), LAST_BYTES_MS).unref();
  }

  onDrain(listener: () => void): void {
    this.#response.on("drain", listener);
  }

  onLeft(listener: () => void): void {
    if (this.#left) listener();
    else this.#leftListeners.push(listener);
  }

  /** The client has left, or we let go of it: whoever works for it is told. */
  abandon(): void {
    if (this.#left) return;
    this.#left = true;
    for (const listener of this.#leftListeners) listener();
    this.#response.destroy();
  }
}
