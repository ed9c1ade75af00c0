/** What a run found: the first broken promise, and the story that led to it. */

export interface Violation {
  /** Which promise: a number of src/ledger/README.md, or a few words. */
  readonly promise: string;
  readonly detail: string;
}

/** The steps kept of a story: those before a failure are the ones that explain it. */
const STEPS_KEPT = 400;

export class Verdict {
  violation: Violation | null = null;
  readonly story: string[] = [];
  readonly #told: boolean;

  /** `told`: keep the story, which costs time. */
  constructor(told: boolean) {
    this.#told = told;
  }

  /** The first violation is the one to look at; what follows is often its consequence. */
  fail(promise: string, detail: string): void {
    this.violation ??= { promise, detail };
  }

  check(holds: boolean, promise: string, detail: () => string): void {
    if (!holds) this.fail(promise, detail());
  }

  say(words: () => string): void {
    if (!this.#told) return;
    this.story.push(words());
    if (this.story.length > STEPS_KEPT) this.story.shift();
  }
}
