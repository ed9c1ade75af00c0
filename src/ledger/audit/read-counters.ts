/** Reads counters in pages, each page together with the pending holds that they should hold: one statement, one state. */
import { sql } from "kysely";
import type { CustomerId } from "../../core/ids.ts";
import { instant } from "../../core/instant.ts";
import type { WindowName } from "../../core/limits/limit.ts";
import type { Meter } from "../../core/usage.ts";
import type { Store } from "../../store/store.ts";
import { amountsFrom } from "../read-rows.ts";
import type { CounterRow } from "../rules/rows.ts";
import type { Cut, HeldPosting } from "./posting.ts";
import { CUT_COLUMNS, cutOf } from "./read-cut.ts";
import { ROWS_A_PAGE } from "./read-rollups.ts";
import { rowsBehind } from "./rows-behind.ts";
import type { Span } from "./span.ts";

export interface ReadCounter {
  readonly row: CounterRow;
  readonly cut: Cut;
}

export interface CountersPage {
  readonly counters: readonly ReadCounter[];
  /** All pending holds of the customer (or of everybody) at that very moment. */
  readonly holds: readonly HeldPosting[];
}

export interface CountersOf {
  readonly subjects: readonly string[];
  /** Whose holds can be held in them; null: everybody's. */
  readonly holdsOf: CustomerId | null;
  readonly pers: readonly WindowName[];
  /** Counters whose window starts in it. */
  readonly span: Span;
}

const KEY_COLUMNS = [
  "subject",
  "window_start",
  "provider",
  "model",
  "operation",
  "meter",
  "per",
] as const;

export async function* readCounters(store: Store, of: CountersOf): AsyncGenerator<CountersPage> {
  let last: Row | undefined;
  do {
    const rows: Row[] = await selectPage(store, of, last).execute();
    const counters = rows.filter(({ kind }) => kind === "counter");
    const holds = rows.filter(({ kind }) => kind === "hold");
    yield { counters: counters.map(counterOf), holds: holds.map(holdOf) };
    last = counters.length < ROWS_A_PAGE ? undefined : counters.at(-1);
  } while (last !== undefined);
}

/** A counter that all nodes need is kept as one row for each node: what it counts is their sum. */
function selectPage({ db }: Store, of: CountersOf, last: Row | undefined) {
  const all = db
    .selectFrom("counters")
    .select([sql<string>`'counter'`.as("kind"), ...KEY_COLUMNS, "window_end"])
    .select([
      sql<bigint>`cast(sum(used) as bigint)`.as("used"),
      sql<bigint>`cast(sum(held) as bigint)`.as("held"),
    ])
    .where("subject", "in", of.subjects)
    .where("per", "in", of.pers)
    .where("window_start", ">=", BigInt(of.span.from))
    .where("window_start", "<", BigInt(of.span.to))
    .groupBy([...KEY_COLUMNS, "window_end"])
    .orderBy("subject")
    .orderBy("window_start")
    .orderBy("provider")
    .orderBy("model")
    .orderBy("operation")
    .orderBy("meter")
    .orderBy("per")
    .limit(ROWS_A_PAGE);
  const page = last === undefined ? all : all.where(rowsBehind(KEY_COLUMNS, last));
  const pending = db
    .selectFrom("reservations")
    .select([
      sql<string>`'hold'`.as("kind"),
      "customer_id as subject",
      "period_start as window_start",
      "provider",
      "model",
      "operation",
      sql<string>`coalesce(key_id, '')`.as("meter"),
      sql<string>`'period'`.as("per"),
      "at as window_end",
      sql<bigint>`0`.as("used"),
      sql<bigint>`0`.as("held"),
      "held as held_json",
      sql<bigint>`0`.as("cut_seq"),
      sql<bigint>`0`.as("cut_correction"),
    ])
    .where("state", "=", "pending");
  return db
    .selectFrom(page.as("page"))
    .selectAll("page")
    .select(sql<string>`''`.as("held_json"))
    .select([...CUT_COLUMNS])
    .unionAll(of.holdsOf === null ? pending : pending.where("customer_id", "=", of.holdsOf));
}

/** A counter, or a hold in a counter's columns. */
interface Row {
  readonly kind: string;
  readonly subject: string;
  readonly window_start: bigint;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly meter: string;
  readonly per: string;
  readonly window_end: bigint;
  readonly used: bigint;
  readonly held: bigint;
  readonly held_json: string;
  readonly cut_seq: bigint;
  readonly cut_correction: bigint;
}

function counterOf(row: Row): ReadCounter {
  return {
    row: {
      subject: row.subject,
      // The tables hold what the ledger wrote, which are windows and meters.
      per: row.per as WindowName,
      meter: row.meter as Meter,
      windowStart: instant(Number(row.window_start)),
      windowEnd: instant(Number(row.window_end)),
      provider: row.provider,
      model: row.model,
      operation: row.operation,
      used: row.used,
      held: row.held,
    },
    cut: cutOf(row),
  };
}

/** A hold comes in the columns of a counter: whose, its period, its key and its instant in those of like kind. */
function holdOf(row: Row): HeldPosting {
  return {
    customerId: row.subject as CustomerId,
    keyId: row.meter,
    at: instant(Number(row.window_end)),
    periodStart: instant(Number(row.window_start)),
    provider: row.provider,
    model: row.model,
    operation: row.operation,
    held: amountsFrom(row.held_json),
  };
}
