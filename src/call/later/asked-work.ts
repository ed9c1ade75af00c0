/** What is kept of a call whose provider answers later, so that the answer can be read and priced then. */
import type { Instant } from "../../core/instant.ts";
import type { Usage } from "../../core/usage.ts";
import type { AnswerFacts } from "../../providers/dialect.ts";

/** Kept as JSON. */
export interface AskedWork {
  /** The path that the work was begun at: its route says how it is asked for. */
  readonly path: string;
  /** As the request named it. */
  readonly model: string;
  readonly facts: AnswerFacts;
  /** The instant of the call, by whose prices it is billed. */
  readonly at: Instant;
  /** What is counted where the provider does not say. */
  readonly expected: Usage;
  readonly latencyMs: number;
  readonly retryCount: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export function packAsked(work: AskedWork): string {
  return JSON.stringify(work);
}

/** `text` is what `packAsked` made. */
export function unpackAsked(text: string): AskedWork {
  return JSON.parse(text) as AskedWork;
}
