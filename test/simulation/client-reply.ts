/** The client's end of one call: it reads slowly, hangs up, and looks whether the last bytes come in time. */
import type { CallReply } from "../../src/call/call.ts";
import type { Chance } from "./chance.ts";
import type { ClientCall } from "./client-call.ts";
import type { Scheduler } from "./scheduler.ts";

export class ClientReply implements CallReply {
  started = false;
  /** The whole answer is there, or the connection is broken. */
  ended: "whole" | "broken" | null = null;
  readonly #call: ClientCall;
  readonly #chance: Chance;
  readonly #scheduler: Scheduler;
  readonly #whenEnded: (call: ClientCall) => void;
  #drained: () => void = () => {};

  constructor(parts: {
    call: ClientCall;
    chance: Chance;
    scheduler: Scheduler;
    whenEnded: (call: ClientCall) => void;
  }) {
    this.#call = parts.call;
    this.#chance = parts.chance;
    this.#scheduler = parts.scheduler;
    this.#whenEnded = parts.whenEnded;
  }

  start(): void {
    this.started = true;
  }

  write(): boolean {
    if (this.#chance.percent(90)) return true;
    this.#scheduler.after(this.#chance.below(5_000), () => this.#drained());
    return false;
  }

  end(): void {
    this.ended = "whole";
    this.#whenEnded(this.#call);
  }

  destroy(): void {
    this.ended = "broken";
  }

  onDrain(listener: () => void): void {
    this.#drained = listener;
  }

  onLeft(listener: () => void): void {
    const { leavesAfterMs } = this.#call;
    if (leavesAfterMs === null) return;
    this.#scheduler.after(leavesAfterMs, () => {
      if (this.ended === null) listener();
    });
  }
}
