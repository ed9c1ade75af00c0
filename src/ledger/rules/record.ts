/** Counts something told after the fact: never refused for a limit, each id of the caller's once. */
import { AppError } from "../../core/errors.ts";
import { MINUTE_MS } from "../../core/instant.ts";
import type { RecordEvent, Recorded } from "../ledger.ts";
import { worthNow } from "./correct.ts";
import type { Draft } from "./draft.ts";
import { refuseLeft } from "./left-event.ts";
import { placeOfCall, termsOf } from "./places.ts";
import { postEvent } from "./post-event.ts";
import { settleHold } from "./settle.ts";

/** Other people's clocks may be ahead of ours by this much. */
const AHEAD_MOST_MS = 5 * MINUTE_MS;

export function record(draft: Draft, operation: RecordEvent): Recorded {
  const { payer, sourceId, scope, facts } = operation;
  const named = sourceId === undefined ? undefined : draft.eventKey(payer.customerId, sourceId);
  const id = named ?? operation.id;
  const known = draft.event(id);
  if (known !== undefined) return { kind: "recorded", duplicate: true, event: worthNow(known) };
  refuseLeft(draft.rows, id);
  // The id names a hold that the caller made: this is what became of it.
  const hold = draft.hold(id);
  if (hold !== undefined) {
    const { event } = settleHold(draft, hold, { source: "reservation", facts });
    return { kind: "recorded", duplicate: false, event };
  }

  const terms = termsOf(draft.rows, payer);
  const at = operation.timestamp ?? draft.rows.at;
  if (at > draft.rows.at + AHEAD_MOST_MS) {
    throw new AppError(
      "invalid_request",
      "An event lies at most five minutes ahead of our clock.",
      {
        field: "timestamp",
        reason: "in the future",
      },
    );
  }
  const event = postEvent(draft, {
    id: operation.id,
    place: placeOfCall(payer, scope, at, terms.usageAnchor),
    endpoint: operation.endpoint,
    source: operation.source,
    streamed: operation.streamed,
    unconfirmed: false,
    facts,
  });
  if (sourceId !== undefined) draft.addEventKey(payer.customerId, sourceId, event.id);
  return { kind: "recorded", duplicate: false, event };
}
