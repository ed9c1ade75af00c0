/** Counts the calls that run, so that a server can stop without breaking them. */
import type { HttpReply } from "./http-reply.ts";

/** A call that was let go of still has to be settled; longer than this is not waited for. */
const SETTLE_MS = 10_000;

export class RunningCalls {
  draining: boolean = false;
  readonly #replies = new Set<HttpReply>();
  #idle: (() => void)[] = [];

  get count(): number {
    return this.#replies.size;
  }

  begin(reply: HttpReply): void {
    this.#replies.add(reply);
  }

  end(reply: HttpReply): void {
    this.#replies.delete(reply);
    if (this.#replies.size > 0) return;
    for (const listener of this.#idle) listener();
    this.#idle = [];
  }

  /** Waits until no call runs. Those that still run after `deadlineMs` are let go of, and settled as such. */
  async drained(deadlineMs: number): Promise<void> {
    if (await this.#idleWithin(deadlineMs)) return;
    for (const reply of [...this.#replies]) reply.abandon();
    await this.#idleWithin(SETTLE_MS);
  }

  #idleWithin(ms: number): Promise<boolean> {
    if (this.#replies.size === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms, false);
      this.#idle.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}
