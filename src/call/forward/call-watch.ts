/** Watches over a call in flight: it ends early when its client leaves or a deadline passes. */
import type { CallReply, Deadlines } from "../call.ts";

export type Stop = "left" | "late";

/** One for each call, over all its attempts. `close` it when the call has ended. */
export class CallWatch {
  stopped: Stop | null = null;
  #onStop: (() => void) | null = null;
  #paused: boolean = false;
  readonly #whole: NodeJS.Timeout;
  readonly #silence: NodeJS.Timeout | null;

  constructor(watched: { reply: CallReply; deadlines: Deadlines; streamed: boolean }) {
    const { reply, deadlines, streamed } = watched;
    const wholeMs = streamed ? deadlines.callMs : Math.min(deadlines.jsonMs, deadlines.callMs);
    this.#whole = setTimeout(() => this.#stop("late"), wholeMs);
    this.#silence = streamed ? setTimeout(() => this.#silent(), deadlines.silenceMs) : null;
    reply.onLeft(() => this.#stop("left"));
  }

  /** What to do when the call must end; at once, if it already must. */
  onStop(listener: (() => void) | null): void {
    this.#onStop = listener;
    if (this.stopped !== null) listener?.();
  }

  /** A piece of the answer came: silence begins anew. */
  heard(): void {
    this.#silence?.refresh();
  }

  /** While we wait, for a slow client or before a retry, the provider's silence is our own doing. */
  pause(paused: boolean): void {
    this.#paused = paused;
    if (!paused) this.#silence?.refresh();
  }

  close(): void {
    this.#onStop = null;
    clearTimeout(this.#whole);
    if (this.#silence !== null) clearTimeout(this.#silence);
  }

  #silent(): void {
    if (this.#paused) this.#silence?.refresh();
    else this.#stop("late");
  }

  #stop(why: Stop): void {
    if (this.stopped !== null) return;
    this.stopped = why;
    this.#onStop?.();
  }
}
