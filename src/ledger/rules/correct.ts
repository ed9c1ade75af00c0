/** Appends a later truth to an event, and posts the difference to the event's own windows. */
import { AppError } from "../../core/errors.ts";
import { nanoUsd } from "../../core/money.ts";
import { amountsOf, BUCKETS, type Usage, usageOf } from "../../core/usage.ts";
import type { Correct, Corrected, Unknown, UsageEvent } from "../ledger.ts";
import { assertHolds } from "./assert-holds.ts";
import { addTo, type Draft } from "./draft.ts";
import { placeOfEvent } from "./places.ts";
import { outcomeOf } from "./post-event.ts";
import type { CorrectionRow, EventRow, UsageDelta } from "./rows.ts";

/** The correction that a settle after the deadline makes; there is one at most for each event. */
export const LATE_SETTLE = "purser:late_settle";

export function correct(draft: Draft, operation: Correct): Corrected | Unknown {
  const row = draft.event(operation.eventId);
  if (row === undefined) return { kind: "unknown" };
  if (row.corrections.some(({ sourceId }) => sourceId === operation.sourceId)) {
    return { kind: "corrected", again: true };
  }
  appendCorrection(draft, row, operation);
  return { kind: "corrected", again: false };
}

/** Refuses (`invalid_request`) a correction that leaves an event with less than nothing. */
export function appendCorrection(
  draft: Draft,
  row: EventRow,
  change: Pick<CorrectionRow, "sourceId" | "reason" | "usageDelta" | "costDelta">,
): EventRow {
  const { event } = row;
  const { sourceId, reason, usageDelta, costDelta } = change;
  refuseLessThanNothing(worthNow(row), change);
  const delta = amountsOf({ usage: usageDelta, cost: costDelta, calls: 0 });
  const place = placeOfEvent(event);
  for (const slot of draft.slotsAt(place)) {
    slot.used += delta[slot.row.meter];
    // Such a window may be younger than the event, and so not have counted it.
    if (slot.row.per === "minute" && slot.used < 0n) slot.used = 0n;
    assertHolds(slot.used >= 0n, "A counter cannot have counted less than nothing.");
  }
  addTo(draft.rollupAt(place, outcomeOf(event.facts.statusCode)).sums, delta);
  draft.tagSums.add(place, event.facts.tags, { amounts: delta, events: 0 });
  return draft.addCorrection(row, {
    eventId: event.id,
    customerId: event.customerId,
    sourceId,
    reason,
    usageDelta,
    costDelta,
    createdAt: draft.rows.at,
  });
}

/** The event with all that was appended to it; one that has been settled late is confirmed. */
export function worthNow({ event, corrections }: EventRow): UsageEvent {
  if (corrections.length === 0) return event;
  let { usage } = event.facts;
  let cost: bigint = event.facts.cost;
  for (const correction of corrections) {
    usage = sumOf(usage, correction.usageDelta);
    cost += correction.costDelta;
  }
  const settledLate = corrections.some(({ sourceId }) => sourceId === LATE_SETTLE);
  return {
    ...event,
    unconfirmed: event.unconfirmed && !settledLate,
    facts: { ...event.facts, usage, cost: nanoUsd(cost) },
  };
}

function sumOf(usage: Usage, delta: UsageDelta): Usage {
  const sum: Partial<Record<(typeof BUCKETS)[number], number>> = {};
  for (const bucket of BUCKETS) sum[bucket] = (usage[bucket] ?? 0) + (delta[bucket] ?? 0);
  return usageOf(sum);
}

function refuseLessThanNothing(
  now: UsageEvent,
  change: { usageDelta: UsageDelta; costDelta: bigint },
): void {
  const short = BUCKETS.find(
    (bucket) => (now.facts.usage[bucket] ?? 0) + (change.usageDelta[bucket] ?? 0) < 0,
  );
  if (short === undefined && now.facts.cost + change.costDelta >= 0n) return;
  throw new AppError(
    "invalid_request",
    `This correction would leave the event with less than nothing of ${short ?? "cost"}.`,
    { field: short ?? "cost", reason: "below zero" },
  );
}
