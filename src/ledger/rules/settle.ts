/** Ends a hold with what was really used; what is told late is recorded all the same, once. */
import { BUCKETS, type Usage } from "../../core/usage.ts";
import type { EventFacts, EventSource, Settle, Settled, Unknown, UsageEvent } from "../ledger.ts";
import { appendCorrection, LATE_SETTLE, worthNow } from "./correct.ts";
import type { Draft } from "./draft.ts";
import { placeOfHold } from "./places.ts";
import { postEvent } from "./post-event.ts";
import type { EventRow, HoldRow, UsageDelta } from "./rows.ts";

export function settle(draft: Draft, operation: Settle): Settled | Unknown {
  const settled = settleCall(draft, operation);
  if (settled.kind === "settled") noteObjects(draft, settled.event, operation);
  return settled;
}

function noteObjects(draft: Draft, { customerId }: UsageEvent, { objects = [] }: Settle): void {
  for (const object of objects) {
    draft.objects.push({ object, customerId, createdAt: draft.rows.at });
  }
}

function settleCall(draft: Draft, operation: Settle): Settled | Unknown {
  const hold = draft.hold(operation.id);
  if (hold !== undefined) {
    if (operation.onlyExternal && hold.owner !== "external") return { kind: "unknown" };
    return settleHold(draft, hold, operation);
  }
  const row = draft.event(operation.id);
  if (row === undefined) return { kind: "unknown" };
  // Only holds made over HTTP become events of this source, so nobody else's can be ended or read there.
  if (operation.onlyExternal && row.event.source !== "reservation") return { kind: "unknown" };
  return settleAgain(draft, row, operation.facts);
}

/** A pending hold, or a released one whose call was sent after all: its use is recorded without a hold to end. */
export function settleHold(
  draft: Draft,
  hold: HoldRow,
  told: { readonly source: EventSource; readonly facts: EventFacts },
): Settled {
  draft.deleteHold(hold.id);
  const event = postEvent(draft, {
    id: hold.id,
    place: placeOfHold(hold),
    endpoint: hold.endpoint,
    source: told.source,
    streamed: hold.streamed,
    unconfirmed: false,
    facts: told.facts,
    heldFor: hold,
    ...(hold.state === "pending" ? { held: hold.held } : {}),
  });
  return { kind: "settled", again: false, event };
}

function settleAgain(draft: Draft, row: EventRow, facts: EventFacts): Settled {
  const told = row.corrections.some(({ sourceId }) => sourceId === LATE_SETTLE);
  if (!row.event.unconfirmed || told) return { kind: "settled", again: true, event: worthNow(row) };
  const now = worthNow(row);
  const corrected = appendCorrection(draft, row, {
    sourceId: LATE_SETTLE,
    reason: "late_settle",
    usageDelta: difference(facts.usage, now.facts.usage),
    costDelta: facts.cost - now.facts.cost,
  });
  return { kind: "settled", again: false, event: worthNow(corrected) };
}

function difference(to: Usage, from: Usage): UsageDelta {
  const delta: Partial<Record<(typeof BUCKETS)[number], number>> = {};
  for (const bucket of BUCKETS) {
    const change = (to[bucket] ?? 0) - (from[bucket] ?? 0);
    if (change !== 0) delta[bucket] = change;
  }
  return delta;
}
