/** Reads the log as postings, in pages of bounded size: a customer's events with what was corrected of them. */
import type { Selectable } from "kysely";
import type { CustomerId } from "../../core/ids.ts";
import { instant } from "../../core/instant.ts";
import { type Amounts, amountsOf, type Usage } from "../../core/usage.ts";
import type { Schema } from "../../store/schema.ts";
import type { Store } from "../../store/store.ts";
import { outcomeOf } from "../rules/post-event.ts";
import type { Cut, Posting } from "./posting.ts";
import type { Span } from "./span.ts";

/** Some milliseconds of the reader's and of the main thread's time. */
const EVENTS_A_PAGE = 500;

const EVENT_COLUMNS = [
  "seq",
  "id",
  "customer_id",
  "key_id",
  "at",
  "period_start",
  "provider",
  "model",
  "operation",
  "status_code",
  "calls",
  "usage",
  "cost",
  "latency_ms",
  "retry_count",
] as const;

type EventRow = Pick<Selectable<Schema["events"]>, (typeof EVENT_COLUMNS)[number]>;

export interface PostingsPage {
  readonly events: number;
  readonly postings: readonly Posting[];
}

/** The events of a customer in a span, by time, none written after `until`. */
export async function* readPostings(
  store: Store,
  of: { readonly customerId: CustomerId; readonly span: Span; readonly until: Cut },
): AsyncGenerator<PostingsPage> {
  const { customerId, span, until } = of;
  let after = { at: BigInt(span.from), seq: 0n };
  for (;;) {
    const rows = await store.db
      .selectFrom("events")
      .select(EVENT_COLUMNS)
      .where("customer_id", "=", customerId)
      .where("at", ">=", after.at)
      .where("at", "<", BigInt(span.to))
      .where("seq", "<=", until.seq)
      .where(({ eb, or, and }) =>
        or([eb("at", ">", after.at), and([eb("at", "=", after.at), eb("seq", ">", after.seq)])]),
      )
      .orderBy("at")
      .orderBy("seq")
      .limit(EVENTS_A_PAGE)
      .execute();
    yield await withCorrections(store, rows, until);
    const last = rows.at(-1);
    if (last === undefined || rows.length < EVENTS_A_PAGE) return;
    after = last;
  }
}

/** What was written, by whomever it was used, after `since` and not after `until`. */
export async function* readPostingsSince(
  store: Store,
  of: { readonly since: Cut; readonly until: Cut },
): AsyncGenerator<PostingsPage> {
  const { since, until } = of;
  for (let after = since.seq; after < until.seq; ) {
    const rows = await store.db
      .selectFrom("events")
      .select(EVENT_COLUMNS)
      .where("seq", ">", after)
      .where("seq", "<=", until.seq)
      .orderBy("seq")
      .limit(EVENTS_A_PAGE)
      .execute();
    yield await withCorrections(store, rows, until);
    after = rows.length < EVENTS_A_PAGE ? until.seq : (rows.at(-1)?.seq ?? until.seq);
  }
  for (let after = since.correction; after < until.correction; ) {
    const rows = await selectCorrections(store)
      .where("c.id", ">", after)
      .where("c.id", "<=", until.correction)
      .where("e.seq", "<=", since.seq)
      .orderBy("c.id")
      .limit(EVENTS_A_PAGE)
      .execute();
    yield { events: 0, postings: rows.map(correctionPosting) };
    after = rows.length < EVENTS_A_PAGE ? until.correction : (rows.at(-1)?.id ?? until.correction);
  }
}

async function withCorrections(
  store: Store,
  rows: readonly EventRow[],
  until: Cut,
): Promise<PostingsPage> {
  const events = rows.map(eventPosting);
  if (rows.length === 0 || until.correction === 0n)
    return { events: rows.length, postings: events };
  const corrections = await selectCorrections(store)
    .where(
      "c.event_id",
      "in",
      rows.map(({ id }) => id),
    )
    .where("c.id", "<=", until.correction)
    .execute();
  return { events: rows.length, postings: [...events, ...corrections.map(correctionPosting)] };
}

function selectCorrections({ db }: Store) {
  return db
    .selectFrom("corrections as c")
    .innerJoin("events as e", "e.id", "c.event_id")
    .select(["c.id", "c.usage_delta", "c.cost_delta"])
    .select(["e.seq", "e.customer_id", "e.key_id", "e.at", "e.period_start", "e.provider"])
    .select(["e.model", "e.operation", "e.status_code"]);
}

type CorrectionRow = Awaited<ReturnType<ReturnType<typeof selectCorrections>["execute"]>>[number];

function eventPosting(row: EventRow): Posting {
  const { cost, calls, seq } = row;
  const amounts = amountsOf({ usage: usageFrom(row.usage), cost, calls: Number(calls) });
  const more = { events: 1n, latency_ms: row.latency_ms, retries: row.retry_count };
  return { ...placeOf(row), sums: { ...amounts, ...more }, from: { kind: "event", seq } };
}

function correctionPosting(row: CorrectionRow): Posting {
  const { id, seq, cost_delta: cost } = row;
  const amounts: Amounts = amountsOf({ usage: usageFrom(row.usage_delta), cost, calls: 0 });
  const none = { events: 0n, latency_ms: 0n, retries: 0n };
  return { ...placeOf(row), sums: { ...amounts, ...none }, from: { kind: "correction", seq, id } };
}

function placeOf(
  row: Omit<EventRow, "id" | "calls" | "usage" | "cost" | "latency_ms" | "retry_count">,
) {
  return {
    customerId: row.customer_id as CustomerId,
    keyId: row.key_id ?? "",
    at: instant(Number(row.at)),
    periodStart: instant(Number(row.period_start)),
    provider: row.provider,
    model: row.model,
    operation: row.operation,
    outcome: outcomeOf(Number(row.status_code)),
  };
}

/** As the ledger wrote it. */
function usageFrom(json: string): Usage {
  return JSON.parse(json) as Usage;
}
