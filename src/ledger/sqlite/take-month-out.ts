/** Takes the events of an archived month out, portion by portion: each leaves with its balance in one transaction. */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { type Instant, instant } from "../../core/instant.ts";
import type { Statement, Store } from "../../store/store.ts";
import { closedBefore, setClosedBefore } from "../audit/closed-before.ts";
import { balanceOf, insertBalances } from "../audit/closing-balance.ts";
import { nextCustomer } from "../audit/next-places.ts";
import type { Cut } from "../audit/posting.ts";
import { readCut } from "../audit/read-cut.ts";
import { type PostingsPage, readPostings } from "../audit/read-postings.ts";
import { type Detaching, endDetaching, raw } from "./detaching.ts";

/** Calls have the writer in between. */
const PACE_MS = 5;

/**
 * The archive is noted. At every moment balances and events together are what the roll-ups say; it can end anywhere, and
 * goes on with what is left.
 */
export async function takeMonthOut(
  store: Store,
  { span, seq }: Detaching,
  signal?: AbortSignal,
): Promise<void> {
  const { correction } = await readCut(store);
  const until: Cut = { seq, correction };
  let closed = await closedUntil(store, span);
  for (
    let customerId = await nextCustomer(store, "");
    customerId !== null;
    customerId = await nextCustomer(store, customerId)
  ) {
    for await (const page of readPostings(store, { customerId, span, until })) {
      if (page.events === 0) continue;
      signal?.throwIfAborted();
      closed = instant(closed + 1);
      await store.write(leaving(store, page, { until, closed }));
      await sleep(PACE_MS);
    }
  }
  await endDetaching(store);
}

/** It rises each time: by that an audit that runs sees that events have become balances. */
export async function closedUntil(store: Store, { to }: Detaching["span"]): Promise<Instant> {
  const before = await closedBefore(store);
  return instant(Math.max(to, (before ?? 0) + 1));
}

function leaving(
  store: Store,
  { postings }: PostingsPage,
  { until, closed }: { readonly until: Cut; readonly closed: Instant },
): Statement[] {
  const numbers = postings.flatMap(({ from }) => (from.kind === "event" ? [Number(from.seq)] : []));
  const these = sql`select value from json_each(${JSON.stringify(numbers)})`;
  const ids = sql`select id from events where seq in (${these})`;
  return [
    insertBalances(store, balanceOf(postings, until)),
    setClosedBefore(store, closed),
    raw(
      store,
      sql`insert into event_ids_left (event_id, customer_id, at)
        select id, customer_id, at from events where seq in (${these})`,
    ),
    raw(store, sql`delete from event_details where event_id in (${ids})`),
    raw(store, sql`delete from corrections where event_id in (${ids})`),
    raw(store, sql`delete from events where seq in (${these})`),
  ];
}
