/** Which events a reader of the log wants, as conditions on the table of events. */

import { sql } from "kysely";
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import { PERIOD_MS_MOST } from "../core/periods/usage-period.ts";
import type { EventSource } from "../ledger/ledger.ts";
import type { Store } from "../store/store.ts";

export interface LogFilter {
  /** null: everybody's. */
  readonly customerId: CustomerId | null;
  readonly provider?: string;
  /** As it was asked for, or as it answered. */
  readonly model?: string;
  readonly operation?: string;
  readonly keyId?: string;
  readonly source?: EventSource;
  readonly status?: "success" | "failed";
  readonly statusCode?: number;
  readonly tag?: { readonly name: string; readonly value: string };
  /** Start of a usage period. */
  readonly periodStart?: Instant;
  readonly from?: Instant;
  /** Exclusive. */
  readonly to?: Instant;
}

/** Where an event stands in the log, which is ordered by both, newest first. */
export interface Place {
  readonly at: bigint;
  readonly seq: bigint;
}

/** The instants in which the wanted events lie; `to` is exclusive, null: the end is open. */
export function spanOf({ from, to, periodStart }: LogFilter): { from: number; to: number | null } {
  const starts = [from ?? 0, periodStart ?? 0];
  const ends = [to, periodStart === undefined ? undefined : periodStart + PERIOD_MS_MOST];
  const known = ends.filter((end) => end !== undefined);
  return { from: Math.max(...starts), to: known.length === 0 ? null : Math.min(...known) };
}

/** Says more than whose events and when, so that rows must be looked at one by one. */
export function looksAtRows(filter: LogFilter): boolean {
  const { provider, operation, keyId, status, periodStart } = filter;
  const words = [provider, operation, keyId, status, periodStart];
  return words.some((wanted) => wanted !== undefined) || !isSummed(filter);
}

/** Do the roll-ups know it? A status code, a source, a tag, or the model that answered only the events know. */
export function isSummed({ model, statusCode, source, tag }: LogFilter): boolean {
  return [model, statusCode, source, tag].every((wanted) => wanted === undefined);
}

/** Events of the filter's customer and span, whatever else it says. */
export function eventsInSpan(store: Store, filter: LogFilter) {
  const { from, to } = spanOf(filter);
  let query = store.db.selectFrom("events");
  if (filter.customerId !== null) query = query.where("events.customer_id", "=", filter.customerId);
  if (from > 0) query = query.where("at", ">=", BigInt(from));
  if (to !== null) query = query.where("at", "<", BigInt(to));
  return query;
}

/** Events that are all of what the filter says. */
export function filteredEvents(store: Store, filter: LogFilter) {
  let query = eventsInSpan(store, filter);
  const { provider, model, operation, keyId, source, statusCode, periodStart } = filter;
  if (provider !== undefined) query = query.where("provider", "=", provider);
  if (model !== undefined) {
    query = query.where((eb) => eb.or([eb("model", "=", model), eb("answered_model", "=", model)]));
  }
  if (operation !== undefined) query = query.where("operation", "=", operation);
  if (keyId !== undefined) query = query.where("key_id", "=", keyId);
  if (source !== undefined) query = query.where("source", "=", source);
  if (statusCode !== undefined) query = query.where("status_code", "=", BigInt(statusCode));
  if (periodStart !== undefined) query = query.where("period_start", "=", BigInt(periodStart));
  return byTag(byStatus(query, filter.status), filter.tag);
}

type EventQuery = ReturnType<typeof eventsInSpan>;

/** As `outcomeOf` of the ledger's rules. */
function byStatus(query: EventQuery, status: LogFilter["status"]): EventQuery {
  if (status === undefined) return query;
  return query.where((eb) => {
    const succeeded = eb.and([eb("status_code", ">=", 200n), eb("status_code", "<", 400n)]);
    return status === "success" ? succeeded : eb.not(succeeded);
  });
}

/**
 * Tags are kept as `JSON.stringify` writes them, so a pair is found as its text behind the sign that begins a pair. That
 * is the same on both databases, whose words for JSON are not; `replace` minds capitals, as SQLite's `like` would not.
 */
function byTag(query: EventQuery, tag: LogFilter["tag"]): EventQuery {
  if (tag === undefined) return query;
  const pair = `${JSON.stringify(tag.name)}:${JSON.stringify(tag.value)}`;
  const [first, later] = [`{${pair}`, `,${pair}`];
  return query.where(({ exists, selectFrom }) =>
    exists(
      selectFrom("event_details as told")
        .select("told.event_id")
        .whereRef("told.event_id", "=", "events.id")
        .where(
          sql<boolean>`(replace(told.tags, ${first}, '') <> told.tags or replace(told.tags, ${later}, '') <> told.tags)`,
        ),
    ),
  );
}
