/** How far a reader of the live stream has come: the number of the last row of each kind, as an event's `id`. */
import { invalidField } from "../../core/errors.ts";

/** What is numbered over all customers. */
export const NUMBERED_KINDS = ["usage", "correction", "alert"] as const;
export type NumberedKind = (typeof NUMBERED_KINDS)[number];
/** Revisions of a subscription are counted for each customer. */
export type LiveKind = NumberedKind | "revision";

export type Heights = Readonly<Record<NumberedKind, number>>;
export type LivePlace = Readonly<Record<LiveKind, number>>;

export function writePlace({ usage, correction, alert, revision }: LivePlace): string {
  return `${usage}-${correction}-${alert}-${revision}`;
}

/** Null for "", which a client sends that has heard of nothing yet. Refuses (`invalid_request`) what no event had. */
export function readPlace(text: string): LivePlace | null {
  if (text === "") return null;
  const match = /^(\d{1,15})-(\d{1,15})-(\d{1,15})-(\d{1,15})$/.exec(text);
  if (match === null) throw invalidField("last_event_id", "must be the id of an earlier event.");
  const [, usage, correction, alert, revision] = match.map(Number);
  return {
    usage: usage ?? 0,
    correction: correction ?? 0,
    alert: alert ?? 0,
    revision: revision ?? 0,
  };
}

/** The same place, but at least so far in one kind. */
export function movedTo(place: LivePlace, kind: LiveKind, number: number): LivePlace {
  return { ...place, [kind]: Math.max(place[kind], number) };
}

/** The same place, but at least so far in each numbered kind. */
export function movedToAll(place: LivePlace, heights: Heights): LivePlace {
  return NUMBERED_KINDS.reduce((moved, kind) => movedTo(moved, kind, heights[kind]), place);
}
