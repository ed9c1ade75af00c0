/** Reads what the database holds of the run, with plain selects that both databases understand. */
import type { Row, TortureDatabase } from "./database.ts";
import type { Tokens } from "./journal.ts";

export interface EventRecord {
  readonly id: string;
  readonly customerId: string;
  readonly source: string;
  readonly model: string;
  readonly calls: number;
  readonly statusCode: number;
  readonly unconfirmed: boolean;
  readonly overrun: boolean;
  /** As it was written. */
  readonly usage: Tokens;
  /** With its corrections. */
  readonly worth: Tokens;
}

export interface Records {
  readonly events: readonly EventRecord[];
  /** By the caller's own id: the events or holds it names. More than one is a doubled one. */
  readonly idsBySource: ReadonlyMap<string, readonly string[]>;
  /** Of customers: used and held together, of each meter they have a counter of. */
  readonly counters: readonly {
    readonly subject: string;
    readonly meter: string;
    readonly usedAndHeld: bigint;
  }[];
}

export interface PendingHold {
  readonly id: string;
  readonly owner: string;
  readonly expiresAtMs: number;
}

export async function readPending(database: TortureDatabase): Promise<PendingHold[]> {
  const rows = await database.read(
    "select id, owner, expires_at from reservations where state = 'pending'",
  );
  return rows.map((row) => ({
    id: text(row, "id"),
    owner: text(row, "owner"),
    expiresAtMs: Number(row["expires_at"]),
  }));
}

export async function readRecords(database: TortureDatabase): Promise<Records> {
  const events = await database.read(
    "select id, customer_id, source, model, calls, status_code, unconfirmed, overrun, usage from events order by seq",
  );
  const corrections = await database.read("select event_id, usage_delta from corrections");
  const keys = await database.read("select source_id, event_id from event_keys");
  const counters = await database.read(
    "select subject, meter, used + held as used_and_held from counters",
  );
  const deltas = Map.groupBy(corrections, (row) => text(row, "event_id"));
  const bySource = Map.groupBy(keys, (row) => text(row, "source_id"));
  return {
    events: events.map((row) => eventOf(row, deltas.get(text(row, "id")) ?? [])),
    idsBySource: new Map(
      [...bySource].map(([source, rows]) => [source, rows.map((row) => text(row, "event_id"))]),
    ),
    counters: counters.map((row) => ({
      subject: text(row, "subject"),
      meter: text(row, "meter"),
      usedAndHeld: BigInt(text(row, "used_and_held")),
    })),
  };
}

function eventOf(row: Row, corrections: readonly Row[]): EventRecord {
  const usage = tokensIn(row["usage"]);
  const worth = corrections
    .map((correction) => tokensIn(correction["usage_delta"]))
    .reduce(
      (sum, delta) => ({ input: sum.input + delta.input, output: sum.output + delta.output }),
      usage,
    );
  return {
    id: text(row, "id"),
    customerId: text(row, "customer_id"),
    source: text(row, "source"),
    model: text(row, "model"),
    calls: Number(row["calls"]),
    statusCode: Number(row["status_code"]),
    unconfirmed: Number(row["unconfirmed"]) === 1,
    overrun: Number(row["overrun"]) === 1,
    usage,
    worth,
  };
}

function text(row: Row, column: string): string {
  return String(row[column]);
}

function tokensIn(json: unknown): Tokens {
  const buckets = JSON.parse(String(json)) as { input?: number; output?: number };
  return { input: buckets.input ?? 0, output: buckets.output ?? 0 };
}
