/** Writes an alert that a job has found cause for, with its mark, number and outbox row in one transaction. */
import type { Raise, RaisedAnswer } from "../ledger.ts";
import type { Draft } from "./draft.ts";
import { subjectOf } from "./subjects.ts";

/** Whose mark is there already, or who is not there, is not told (again). */
export function raise({ rows, raised }: Draft, operation: Raise): RaisedAnswer {
  const { customerId, told, threshold, periodStart, provider = null, meter = null } = operation;
  const { counterKey, cap, threshold: marked } = operation.mark;
  const subject = subjectOf(customerId);
  const isThere = subject.kind !== "customer" || rows.customer(subject.id) !== undefined;
  const of = { customerId, counterKey, cap };
  if (!isThere || raised.marked(of).includes(marked)) return { kind: "raised", again: true };
  raised.raise({ ...of, threshold: marked }, { told, threshold, provider, meter, periodStart });
  return { kind: "raised", again: false };
}
