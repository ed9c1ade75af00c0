/** Ends a hold whose call was never sent: nothing was used, and what was held is free again. */
import type { Conflict, Release, Released, Unknown } from "../ledger.ts";
import { assertHolds } from "./assert-holds.ts";
import type { Draft } from "./draft.ts";
import { placeOfHold } from "./places.ts";

/** The released hold stays as a tombstone for a day, so that a second release or a late settle is understood. */
export function release(draft: Draft, operation: Release): Released | Unknown | Conflict {
  const hold = draft.hold(operation.id);
  if (hold === undefined) return releaseEnded(draft, operation);
  if (operation.onlyExternal && hold.owner !== "external") return { kind: "unknown" };
  if (hold.state === "released") return { kind: "released", again: true };
  for (const slot of draft.slotsAt(placeOfHold(hold))) {
    slot.held -= hold.held[slot.row.meter];
    assertHolds(slot.held >= 0n, "A counter cannot hold less than nothing.");
  }
  draft.putHold({ ...hold, state: "released" });
  return { kind: "released", again: false };
}

function releaseEnded(draft: Draft, operation: Release): Unknown | Conflict {
  const row = draft.event(operation.id);
  if (row === undefined) return { kind: "unknown" };
  if (operation.onlyExternal && row.event.source !== "reservation") return { kind: "unknown" };
  return {
    kind: "conflict",
    message: row.event.unconfirmed
      ? "The reservation's time ran out, and its expected usage was counted: settle it with what was really used."
      : "The reservation has been settled, so it cannot be released.",
  };
}
