/** The ledger's rules: what a batch of operations answers and changes, given the rows. Pure, and the same on every database. */
import type {
  Conflict,
  Corrected,
  Deferred,
  Expired,
  Looked,
  Operation,
  RaisedAnswer,
  Recorded,
  Released,
  Repaired,
  ReserveAnswer,
  Settled,
  Unknown,
} from "./ledger.ts";
import type { Preflighted } from "./preflight.ts";
import { raiseAlerts } from "./rules/alerts.ts";
import { correct } from "./rules/correct.ts";
import { defer } from "./rules/defer.ts";
import { Draft } from "./rules/draft.ts";
import { expire } from "./rules/expire.ts";
import { limitsOfCall } from "./rules/limits-of-call.ts";
import { look, slotsOfLook } from "./rules/look.ts";
import { raiseOperatorAlerts } from "./rules/operator-alerts.ts";
import { termsOf } from "./rules/places.ts";
import { limitsOfPreflight, preflight } from "./rules/preflight.ts";
import { raise } from "./rules/raise.ts";
import { record } from "./rules/record.ts";
import { release } from "./rules/release.ts";
import { repair } from "./rules/repair.ts";
import { reserve } from "./rules/reserve.ts";
import type { Changes, LedgerRows } from "./rules/rows.ts";
import { settle } from "./rules/settle.ts";

export type Answer =
  | ReserveAnswer
  | Settled
  | Deferred
  | Released
  | Recorded
  | Corrected
  | Expired
  | Repaired
  | Preflighted
  | Looked
  | RaisedAnswer
  | Unknown
  | Conflict;

/**
 * Applies the operations in order, each seeing what those before it did. Throws where one of them cannot be applied at
 * all (no such customer, an impossible correction): then nothing of the batch has happened.
 */
export function applyOperations(
  rows: LedgerRows,
  operations: readonly Operation[],
): { answers: Answer[]; changes: Changes } {
  const draft = new Draft(rows);
  // Counters are seeded from the rows as they were before the batch, so all must be there before anything is posted.
  for (const operation of operations) {
    if (operation.kind === "preflight") limitsOfPreflight(draft, operation);
    if (operation.kind === "look") slotsOfLook(draft, operation);
    // What is only told after the fact counts against the present windows too, and must alert in them.
    if (operation.kind !== "reserve" && operation.kind !== "record") continue;
    limitsOfCall(draft, { ...operation, terms: termsOf(rows, operation.payer) });
  }
  const answers = operations.map((operation) => apply(draft, operation));
  const changes = draft.changes();
  raiseAlerts(draft, changes.counters);
  raiseOperatorAlerts(draft, changes.events);
  return { answers, changes };
}

function apply(draft: Draft, operation: Operation): Answer {
  switch (operation.kind) {
    case "reserve":
      return reserve(draft, operation);
    case "settle":
      return settle(draft, operation);
    case "defer":
      return defer(draft, operation);
    case "release":
      return release(draft, operation);
    case "record":
      return record(draft, operation);
    case "correct":
      return correct(draft, operation);
    case "expire":
      return expire(draft, operation);
    case "repair":
      return repair(draft, operation);
    case "preflight":
      return preflight(draft, operation);
    case "look":
      return look(draft, operation);
    case "raise":
      return raise(draft, operation);
  }
}
