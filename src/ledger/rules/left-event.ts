/** Refuses to begin anew what was an event once: its month has left, and what it used is counted for good. */
import { AppError } from "../../core/errors.ts";
import type { CallId } from "../../core/ids.ts";
import type { LedgerRows } from "./rows.ts";

const LEFT = "event_left";

/** Throws `conflict` where the event of that id has left with its month. */
export function refuseLeft(rows: LedgerRows, id: CallId): void {
  if (rows.hasLeft?.(id) !== true) return;
  throw new AppError(
    "conflict",
    "This id was counted before, in a month whose events were detached since. Use another id.",
    { reason: LEFT, event_id: id },
  );
}

/** Is it that refusal? Then what was told is counted already. */
export function isOfLeftEvent(fault: unknown): boolean {
  return fault instanceof AppError && fault.details["reason"] === LEFT;
}
