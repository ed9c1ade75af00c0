/** What the model knows of each kind of operation: the promise that its answer keeps, and whose counters it may change. */
import type { Operation } from "../../src/ledger/ledger.ts";
import type { ModelLog } from "./model-log.ts";

export const PROMISE_OF: Readonly<Record<Operation["kind"], string>> = {
  reserve: "1 and 2: a call is granted exactly when every hard limit has room",
  settle: "3: a hold ends exactly once",
  defer: "3: a hold ends exactly once",
  release: "3: a hold ends exactly once",
  record: "4: what is told after the fact counts once",
  correct: "4: a correction counts once",
  repair: "5: counters are the sum of events, corrections and holds",
  look: "9: one alert",
  raise: "9: one alert",
  preflight: "1: what is only asked about holds nothing",
  expire: "7: a hold ends at its deadline or with its owner, not before",
};

/** null: anybody's. */
export function subjectsOf(
  operations: readonly Operation[],
  log: ModelLog,
): ReadonlySet<string> | null {
  const subjects = new Set<string>(["deployment"]);
  for (const operation of operations) {
    if (operation.kind === "expire" || operation.kind === "repair") return null;
    for (const subject of namedBy(operation)) subjects.add(subject);
    const call = callOf(operation, log);
    if (call !== undefined) subjects.add(call.customerId).add(`key:${call.keyId}`);
  }
  return subjects;
}

function namedBy(operation: Operation): string[] {
  if (!("payer" in operation)) return [];
  return [operation.payer.customerId, `key:${operation.payer.keyId}`];
}

function callOf(operation: Operation, log: ModelLog): ReturnType<ModelLog["calls"]["get"]> {
  if (operation.kind === "correct") return log.calls.get(operation.eventId);
  return "id" in operation ? log.calls.get(operation.id) : undefined;
}
