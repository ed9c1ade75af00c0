/** Faults of the ledger that the simulation found and that are not mended yet: each run counts them, and goes on. */
import type { Operation } from "../../src/ledger/ledger.ts";

export interface KnownFault {
  readonly name: string;
  /** How it comes about, in few words. */
  readonly story: string;
  /** Is this what the rules could not apply, and why? */
  matches(operation: Operation, fault: unknown): boolean;
}

export const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    name: "forgotten source id",
    story:
      "A hold with a source id of the caller's is released and, a day after its deadline, forgotten; its event key stays. " +
      "The same source id can never be held or recorded again: `event_keys` is written twice.",
    matches: ({ kind }, fault) =>
      (kind === "reserve" || kind === "record") && wordsOf(fault).startsWith("unique: event_keys"),
  },
  {
    name: "short window asked for later",
    story:
      "A call is counted; then a limit per hour or minute is set, and its counter begins at nothing used; then a " +
      "correction, or a late settle, takes away from that call within the same window. The counter would fall below " +
      "nothing, so it is refused, for good.",
    matches: ({ kind }, fault) =>
      (kind === "correct" || kind === "settle") &&
      wordsOf(fault).includes("A counter cannot have counted less than nothing."),
  },
];

function wordsOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
