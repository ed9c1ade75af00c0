/** Rows that say something else than the database does, and which of a batch's counters a hold counts in. */
import type { HoldRow, LedgerRows, Slot } from "../../src/ledger/rules/rows.ts";
import type { applyOperations } from "../../src/ledger/rules.ts";
import { isIn } from "./model-log.ts";
import { StoredRows } from "./stored-rows.ts";

export type Applied = ReturnType<typeof applyOperations>;

export function withRows(rows: LedgerRows, changed: Partial<LedgerRows>): LedgerRows {
  return {
    at: rows.at,
    nodeId: rows.nodeId,
    bootId: rows.bootId,
    declaredTags: rows.declaredTags,
    eventNumber: (index) => rows.eventNumber(index),
    alertNumber: (index) => rows.alertNumber(index),
    hold: (id) => rows.hold(id),
    event: (id) => rows.event(id),
    eventKey: (customerId, sourceId) => rows.eventKey(customerId, sourceId),
    customer: (id) => rows.customer(id),
    key: (id) => rows.key(id),
    deploymentLimits: () => rows.deploymentLimits(),
    counters: (subject, windowStart) => rows.counters(subject, windowStart),
    seed: (key, of) => rows.seed(key, of),
    due: (operation) => rows.due(operation),
    marks: (of) => rows.marks(of),
    ...changed,
  };
}

export function covering(slots: readonly Slot[], hold: HoldRow): Slot[] {
  return slots.filter(({ row }) => isIn(row, { ...hold, keyId: hold.keyId ?? "" }));
}

/** The pending holds that were made over HTTP. */
export function externalHolds(rows: LedgerRows): HoldRow[] {
  if (!(rows instanceof StoredRows)) return [];
  return [...rows.holds.values()].filter(
    ({ state, owner }) => state === "pending" && owner === "external",
  );
}
