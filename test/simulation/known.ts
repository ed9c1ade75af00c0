/** Faults of the ledger that the simulation found and that are not mended yet: each run counts them, and goes on. */
import type { Operation } from "../../src/ledger/ledger.ts";
import { isIn, type ModelLog } from "./model-log.ts";

export interface KnownFault {
  readonly name: string;
  /** How it comes about, in few words. */
  readonly story: string;
  /** Is this what the rules could not apply, and why? Exactly that: anything near it is a violation. */
  matches(operation: Operation, fault: unknown, log: ModelLog): boolean;
}

export const DEFERRED_AND_SWEPT = "deferred and swept in one batch";
export const SHORT_WINDOW = "short window asked for later";

export const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    name: DEFERRED_AND_SWEPT,
    story:
      "A hold is past its deadline (a clock jumped, a node stood still), its work has just been begun at the provider, and " +
      "the defer and a sweep come in one batch: `expire` goes by the rows as they were before the batch, and ends the hold " +
      "though its new deadline is a day ahead.",
    // Nothing is refused: the model finds it among what a sweep has ended (model.ts).
    matches: () => false,
  },
  {
    name: "forgotten source id",
    story:
      "A hold with a source id of the caller's is released and, a day after its deadline, forgotten; its event key stays. " +
      "The same source id can never be held or recorded again: `event_keys` is written twice.",
    matches(operation, fault, log) {
      if (operation.kind !== "reserve" && operation.kind !== "record") return false;
      const named = log.sourceIds.get(`${operation.payer.customerId} ${operation.sourceId}`);
      const isForgotten = named !== undefined && log.forgotten.has(named);
      return isForgotten && wordsOf(fault).startsWith("unique: event_keys");
    },
  },
  {
    name: SHORT_WINDOW,
    story:
      "A call is counted; then a limit per hour or minute is set, and its counter begins at nothing used; then a " +
      "correction, or a late settle, takes away from that call within the same window. The counter would fall below " +
      "nothing, so it is refused, for good. (Where enough else was used, it only counts too little from then on.)",
    matches(operation, fault, log) {
      if (operation.kind !== "correct" && operation.kind !== "settle") return false;
      const id = operation.kind === "correct" ? operation.eventId : operation.id;
      const event = log.entries.find(({ eventId }) => eventId === id);
      const isAskedLater = [...log.asked.values()].some(
        ({ counter, from }) =>
          event !== undefined &&
          isIn(counter, event) &&
          // This event, or another one whose correction was taken from the counter all the same.
          log.entries.some((one) => one.isEvent && one.index < from && isIn(counter, one)),
      );
      return isAskedLater && wordsOf(fault).includes("cannot have counted less than nothing");
    },
  },
];

function wordsOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
