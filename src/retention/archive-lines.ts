/** Writes frozen events as JSON lines, each with its corrections, and with nothing in it that names a person. */
import { type Selectable, sql } from "kysely";
import { formatInstant, type Instant, instant } from "../core/instant.ts";
import { nanoUsd, usdText } from "../core/money.ts";
import type { FrozenEvents } from "../ledger/month-to-detach.ts";
import type { Schema } from "../store/schema.ts";
import type { Store } from "../store/store.ts";

type EventRow = Selectable<Schema["events"]>;
type CorrectionRow = Selectable<Schema["corrections"]>;

export interface ArchivePage {
  readonly text: string;
  readonly eventIds: readonly string[];
}

/** Some milliseconds of the reader's and of the main thread's time. */
const EVENTS_A_PAGE = 500;

/** Customer by customer, by time; by index, so that no read takes long. */
export async function* archivePages(
  store: Store,
  events: FrozenEvents,
): AsyncGenerator<ArchivePage> {
  let customerId = await nextOf(store, events.table, "");
  while (customerId !== null) {
    yield* pagesOf(store, events, customerId);
    customerId = await nextOf(store, events.table, customerId);
  }
}

async function nextOf({ db }: Store, table: string, after: string): Promise<string | null> {
  const { rows } = await sql<{ id: string | null }>`
    select min(customer_id) as id from ${sql.table(table)} where customer_id > ${after}`.execute(
    db,
  );
  return rows[0]?.id ?? null;
}

async function* pagesOf(
  store: Store,
  { table, span, until }: FrozenEvents,
  customerId: string,
): AsyncGenerator<ArchivePage> {
  let after: { at: bigint; seq: bigint } = { at: BigInt(span.from), seq: 0n };
  for (;;) {
    const { rows } = await sql<EventRow>`
      select * from ${sql.table(table)} where customer_id = ${customerId} and at >= ${after.at}
        and at < ${BigInt(span.to)} and seq <= ${until.seq} and (at > ${after.at} or seq > ${after.seq})
        order by at, seq limit ${EVENTS_A_PAGE}`.execute(store.db);
    if (rows.length > 0) yield await pageOf(store, rows, until.correction);
    const last = rows.at(-1);
    if (last === undefined || rows.length < EVENTS_A_PAGE) return;
    after = last;
  }
}

async function pageOf(
  { db }: Store,
  rows: readonly EventRow[],
  correctionMost: bigint,
): Promise<ArchivePage> {
  const eventIds = rows.map(({ id }) => id);
  const corrections = await db
    .selectFrom("corrections")
    .selectAll()
    .where("event_id", "in", eventIds)
    .where("id", "<=", correctionMost)
    .orderBy("id")
    .execute();
  const byEvent = Map.groupBy(corrections, ({ event_id: eventId }) => eventId);
  const lines = rows.map((row) => `${JSON.stringify(eventOf(row, byEvent.get(row.id) ?? []))}\n`);
  return { text: lines.join(""), eventIds };
}

/** Error messages and tags may name a person, and a file cannot forget one: they are left out. */
function eventOf(row: EventRow, corrections: readonly CorrectionRow[]) {
  return {
    id: row.id,
    seq: Number(row.seq),
    customer: row.customer_id,
    key: row.key_id,
    at: timeOf(row.at),
    period_start: timeOf(row.period_start),
    provider: row.provider,
    model: row.model,
    answered_model: row.answered_model,
    operation: row.operation,
    endpoint: row.endpoint,
    source: row.source,
    streamed: row.streamed === 1n,
    status_code: Number(row.status_code),
    calls: Number(row.calls),
    usage: parsed(row.usage),
    cost_usd: dollars(row.cost),
    lines: parsed(row.lines),
    stated_cost_usd: row.stated_cost === null ? null : dollars(row.stated_cost),
    latency_ms: Number(row.latency_ms),
    first_token_ms: row.first_token_ms === null ? null : Number(row.first_token_ms),
    retries: Number(row.retry_count),
    estimated: row.estimated === 1n,
    unconfirmed: row.unconfirmed === 1n,
    unpriced: row.unpriced === 1n,
    overrun: row.overrun === 1n,
    corrections: corrections.map((correction) => ({
      source_id: correction.source_id,
      reason: correction.reason,
      usage: parsed(correction.usage_delta),
      cost_usd: dollars(correction.cost_delta),
      at: timeOf(correction.created_at),
    })),
  };
}

/** As the ledger wrote it. */
function parsed(json: string): unknown {
  return JSON.parse(json);
}

function dollars(amount: bigint): string {
  return usdText(nanoUsd(amount));
}

function timeOf(ms: bigint): string {
  const at: Instant = instant(Number(ms));
  return formatInstant(at);
}
