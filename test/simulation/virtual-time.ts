/** Binds the process's timers and clocks to simulated time, while a run lasts: the code under test notices nothing. */
import { syncBuiltinESMExports } from "node:module";
import timersPromises from "node:timers/promises";
import type { Scheduler, Step } from "./scheduler.ts";

let active: Scheduler | null = null;
let isSleepBound = false;

/** `wallMs`: the clock on the wall of whoever runs now. Undone by what is returned, before anything else may run. */
export function bindTime(scheduler: Scheduler, wallMs: () => number): () => void {
  bindSleep();
  active = scheduler;
  const { setTimeout, clearTimeout, setImmediate } = globalThis;
  const { now } = Date;
  const performanceNow = performance.now;
  Object.assign(globalThis, {
    setTimeout: (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) =>
      new Timer(scheduler, ms, () => run(...values)),
    clearTimeout: (timer: unknown) => {
      if (timer instanceof Timer) timer.clear();
    },
    setImmediate: (run: (...values: unknown[]) => void, ...values: unknown[]) =>
      new Timer(scheduler, 0, () => run(...values)),
  });
  Date.now = wallMs;
  performance.now = () => scheduler.nowMs;
  return () => {
    active = null;
    Object.assign(globalThis, { setTimeout, clearTimeout, setImmediate });
    Date.now = now;
    performance.now = performanceNow;
  };
}

class Timer {
  readonly #scheduler: Scheduler;
  readonly #ms: number;
  readonly #run: () => void;
  #step: Step;

  constructor(scheduler: Scheduler, ms: number, run: () => void) {
    this.#scheduler = scheduler;
    this.#ms = ms;
    this.#run = run;
    this.#step = scheduler.after(ms, run);
  }

  clear(): void {
    this.#step.isOff = true;
  }

  refresh(): this {
    const { owner } = this.#step;
    this.clear();
    this.#step = this.#scheduler.after(this.#ms, this.#run, owner);
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** `node:timers/promises` is imported by name, so it is bound once, and asks each time whether a run lasts. */
function bindSleep(): void {
  if (isSleepBound) return;
  isSleepBound = true;
  const real = timersPromises.setTimeout;
  const sleep = <Value>(ms?: number, value?: Value, options: { signal?: AbortSignal } = {}) =>
    active === null ? real(ms, value, options) : simulatedSleep(active, ms ?? 0, value, options);
  Object.assign(timersPromises, { setTimeout: sleep });
  syncBuiltinESMExports();
}

function simulatedSleep<Value>(
  scheduler: Scheduler,
  ms: number,
  value: Value | undefined,
  { signal }: { signal?: AbortSignal },
): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const step = scheduler.after(ms, () => resolve(value));
    signal?.addEventListener("abort", () => {
      step.isOff = true;
      reject(new Error("The sleep was aborted."));
    });
  });
}
