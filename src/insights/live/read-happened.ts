/** Reads what happened to customers since a place, as numbers only: which events, corrections, alerts and revisions. */
import { sql } from "kysely";
import type { CustomerId } from "../../core/ids.ts";
import type { Store } from "../../store/store.ts";
import type { Heights, LiveKind, NumberedKind } from "./live-place.ts";

/** One thing that happened; its details are read when it is told. */
export interface Happened {
  readonly kind: LiveKind;
  readonly number: number;
  readonly customerId: CustomerId;
  /** Of usage and corrections. */
  readonly eventId: string | null;
}

/** Rows of one statement. */
const PAGE_ROWS = 10_000;

/** The highest numbers there are, of anybody. */
export async function readHighest({ db }: Store): Promise<Heights> {
  const row = await db
    .selectNoFrom(({ selectFrom }) => [
      selectFrom("events")
        .select(({ fn }) => fn.max("seq").as("n"))
        .as("usage"),
      selectFrom("corrections")
        .select(({ fn }) => fn.max("id").as("n"))
        .as("correction"),
      selectFrom("alerts")
        .select(({ fn }) => fn.max("id").as("n"))
        .as("alert"),
    ])
    .executeTakeFirstOrThrow();
  return {
    usage: Number(row.usage ?? 0),
    correction: Number(row.correction ?? 0),
    alert: Number(row.alert ?? 0),
  };
}

/** Events, corrections and alerts of these customers above those numbers, each kind in the order of its numbers. */
export async function readHappened(
  store: Store,
  customerIds: readonly CustomerId[],
  above: Heights,
): Promise<Happened[]> {
  const kinds = ["usage", "correction", "alert"] as const;
  const found = await Promise.all(
    kinds.map((kind) => readKind(store, customerIds, { kind, above: above[kind] })),
  );
  return found.flat();
}

async function readKind(
  store: Store,
  customerIds: readonly CustomerId[],
  of: { readonly kind: NumberedKind; readonly above: number },
): Promise<Happened[]> {
  const { kind } = of;
  const found: Happened[] = [];
  for (let above = of.above; ; ) {
    const rows = await readNumbers(store, customerIds, kind, above);
    for (const { n, customer_id, event_id } of rows) {
      // Written by the ledger.
      const customerId = customer_id as CustomerId;
      found.push({ kind, number: Number(n), customerId, eventId: event_id });
    }
    const last = found.at(-1);
    if (rows.length < PAGE_ROWS || last === undefined) return found;
    above = last.number;
  }
}

interface NumberRow {
  readonly n: bigint;
  readonly customer_id: string;
  readonly event_id: string | null;
}

/** By the number's index: joined to nothing, the customer's would be taken, with all that the customer ever did. */
const BY_NUMBER = sql<string>`customer_id || ''`;

function readNumbers(
  { db }: Store,
  customerIds: readonly CustomerId[],
  kind: NumberedKind,
  above: number,
): Promise<NumberRow[]> {
  const after = BigInt(above);
  if (kind === "usage") {
    return db
      .selectFrom("events")
      .select(["seq as n", "customer_id", "id as event_id"])
      .where("seq", ">", after)
      .where(BY_NUMBER, "in", customerIds)
      .orderBy("seq")
      .limit(PAGE_ROWS)
      .execute();
  }
  if (kind === "correction") {
    return db
      .selectFrom("corrections")
      .select(["id as n", "customer_id", "event_id"])
      .where("id", ">", after)
      .where(BY_NUMBER, "in", customerIds)
      .orderBy("id")
      .limit(PAGE_ROWS)
      .execute();
  }
  return db
    .selectFrom("alerts")
    .select(["id as n", "customer_id"])
    .select(sql<string | null>`null`.as("event_id"))
    .where("id", ">", after)
    .where("customer_id", "in", customerIds)
    .orderBy("id")
    .limit(PAGE_ROWS)
    .execute();
}

/** The latest revision of each customer's subscription; none where it never changed. */
export async function readLatestRevisions(
  { db }: Store,
  customerIds: readonly CustomerId[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom("subscription_changes")
    .select("customer_id")
    .select(({ fn }) => fn.max<bigint>("revision").as("revision"))
    .where("customer_id", "in", customerIds)
    .groupBy("customer_id")
    .execute();
  return new Map(rows.map((row) => [row.customer_id, Number(row.revision)]));
}
