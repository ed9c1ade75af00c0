/** Ends holds whose end was never heard of: what they expected to use is counted, marked as unconfirmed. */
import { DAY_MS, type Instant } from "../../core/instant.ts";
import type { Expire, Expired } from "../ledger.ts";
import type { Draft } from "./draft.ts";
import { placeOfHold } from "./places.ts";
import { postEvent } from "./post-event.ts";
import type { HoldRow } from "./rows.ts";

export function expire(draft: Draft, operation: Expire): Expired {
  let count = 0;
  for (const due of draft.rows.due(operation)) {
    // An earlier operation of this batch may have ended it, or let it wait for its provider.
    const hold = draft.hold(due.id);
    const isAsItWas = hold?.owner === due.owner && hold.expiresAt === due.expiresAt;
    if (hold?.state !== "pending" || !isAsItWas) continue;
    expireHold(draft, hold);
    count += 1;
  }
  draft.lookAtDeployment();
  draft.forgetReleasedBefore = (draft.rows.at - DAY_MS) as Instant;
  return { kind: "expired", count };
}

function expireHold(draft: Draft, hold: HoldRow): void {
  draft.deleteHold(hold.id);
  postEvent(draft, {
    id: hold.id,
    place: placeOfHold(hold),
    endpoint: hold.endpoint,
    source: hold.owner === "external" ? "reservation" : "gateway",
    streamed: hold.streamed,
    unconfirmed: true,
    held: hold.held,
    heldFor: hold,
    facts: {
      ...hold.expected,
      // No rates were applied to it: the expected cost came with the hold.
      lines: "[]",
      calls: 1,
      model: hold.scope.model,
      // The provider's answer was never seen.
      statusCode: 0,
      latencyMs: 0,
      retryCount: 0,
      estimated: true,
      unpriced: false,
    },
  });
}
