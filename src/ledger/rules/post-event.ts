/** Writes a usage event and counts it: the one way an event comes to be. */

import type { CallId } from "../../core/ids.ts";
import { type Amounts, amountsOf, NO_AMOUNTS } from "../../core/usage.ts";
import type { EventFacts, EventSource, UsageEvent } from "../ledger.ts";
import { assertHolds } from "./assert-holds.ts";
import { addTo, type Draft, type Place } from "./draft.ts";
import type { HeldFor } from "./rows.ts";

export interface NewEvent {
  readonly id: CallId;
  readonly place: Place;
  readonly endpoint: string;
  readonly source: EventSource;
  readonly streamed: boolean;
  readonly unconfirmed: boolean;
  readonly facts: EventFacts;
  /** What was held for it, and is held no longer. */
  readonly held?: Amounts;
  /** The hold that it comes from, whether it was open still or not. */
  readonly heldFor?: HeldFor;
}

/** Appends the event, and in every counter of its place turns the hold into use. More than was held goes past the cap. */
export function postEvent(draft: Draft, from: NewEvent): UsageEvent {
  const { place, facts } = from;
  const used = amountsOf(facts);
  const held = from.held ?? NO_AMOUNTS;
  let overrun = false;
  for (const slot of draft.slotsAt(place)) {
    const { meter } = slot.row;
    slot.used += used[meter];
    slot.held -= held[meter];
    assertHolds(slot.held >= 0n, "A counter cannot hold less than nothing.");
    overrun ||= from.held !== undefined && used[meter] > held[meter];
  }
  const rollup = draft.rollupAt(place, outcomeOf(facts.statusCode));
  addTo(rollup.sums, used);
  rollup.events += 1;
  rollup.latencyMs += facts.latencyMs;
  rollup.retries += facts.retryCount;
  draft.latencies.count(place, facts.latencyMs);
  draft.tagSums.add(place, facts.tags, { amounts: used, events: 1 });
  const event: Omit<UsageEvent, "seq"> = {
    id: from.id,
    customerId: place.customerId,
    ...(place.keyId === undefined ? {} : { keyId: place.keyId }),
    at: place.at,
    periodStart: place.starts.period,
    scope: place.scope,
    endpoint: from.endpoint,
    source: from.source,
    streamed: from.streamed,
    unconfirmed: from.unconfirmed,
    overrun,
    facts,
  };
  return draft.addEvent(event, from.heldFor);
}

/** Anything but an answer of the provider's that says success is a failed call, also one whose end is not known. */
export function outcomeOf(statusCode: number): "success" | "failed" {
  return statusCode >= 200 && statusCode < 400 ? "success" : "failed";
}
