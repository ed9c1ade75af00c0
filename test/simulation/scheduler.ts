/** Simulated time: a queue of steps, run one by one, whose order among equals the seed draws. */
import type { Chance } from "./chance.ts";

/** Whose step it is: a dead owner's never run, a stalled one's run when it wakes. */
export interface Owner {
  readonly name: string;
  alive: boolean;
  /** In milliseconds of simulated time. */
  stalledUntilMs: number;
}

export interface Step {
  atMs: number;
  /** Decides among steps of one instant. */
  order: number;
  readonly run: () => void;
  readonly owner: Owner | null;
  isOff: boolean;
}

export class Scheduler {
  /** Since the run began; it never goes back, as a machine's monotonic clock does not. */
  nowMs = 0;
  stepsRun = 0;
  /** Whose code runs now; what it schedules is its own. */
  owner: Owner | null = null;
  readonly #chance: Chance;
  /** The last one is the next to run. */
  readonly #queue: Step[] = [];

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  after(ms: number, run: () => void, owner: Owner | null = this.owner): Step {
    const step = { atMs: this.nowMs + Math.max(0, ms), order: 0, run, owner, isOff: false };
    this.#insert(step);
    return step;
  }

  /** Runs the next step, and all that follows from it before anything else can happen. false: none by `untilMs`. */
  async runNext(untilMs: number): Promise<boolean> {
    const step = this.#queue.at(-1);
    if (step === undefined || step.atMs > untilMs) {
      this.nowMs = Math.max(this.nowMs, untilMs);
      return false;
    }
    this.#queue.pop();
    this.nowMs = Math.max(this.nowMs, step.atMs);
    if (step.isOff || step.owner?.alive === false) return true;
    const wakesAtMs = step.owner?.stalledUntilMs ?? 0;
    if (wakesAtMs > this.nowMs) {
      step.atMs = wakesAtMs;
      this.#insert(step);
      return true;
    }
    step.isOff = true;
    this.stepsRun += 1;
    this.owner = step.owner;
    step.run();
    await drained();
    this.owner = null;
    return true;
  }

  #insert(step: Step): void {
    step.order = this.#chance.below(1 << 30);
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#queue[middle];
      if (other !== undefined && isAfter(other, step)) low = middle + 1;
      else high = middle;
    }
    this.#queue.splice(low, 0, step);
  }
}

function isAfter(one: Step, other: Step): boolean {
  return one.atMs === other.atMs ? one.order > other.order : one.atMs > other.atMs;
}

/** Node runs `nextTick` only when no promise has anything left to do. */
function drained(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
