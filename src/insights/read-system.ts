/** What the database says of the installation: what waits, which schema it has, the last audit, the archives. */
import { sql } from "kysely";
import { z } from "zod";
import { formatInstant, instant } from "../core/instant.ts";
import type { Store } from "../store/store.ts";

export interface SystemState {
  readonly queues: {
    readonly held_calls: number;
    readonly awaited_work: number;
    readonly outbox_waiting: number;
    readonly deliveries_pending: number;
    readonly deliveries_dead: number;
  };
  readonly schema_version: number;
  /** null: none has run yet. */
  readonly last_audit: {
    readonly at: string;
    readonly differences: number;
    readonly customers: number;
    readonly events: number;
    readonly counters: number;
    readonly rollups: number;
  } | null;
  readonly archives: {
    readonly count: number;
    readonly events: number;
    readonly size_bytes: number;
    readonly newest_month: string | null;
  };
}

export async function readSystem(store: Store): Promise<SystemState> {
  const [queues, schema_version, last_audit, archives] = await Promise.all([
    readQueues(store),
    readSchemaVersion(store),
    readLastAudit(store),
    readArchives(store),
  ]);
  return { queues, schema_version, last_audit, archives };
}

/** Each is found by an index, or is of a small table. */
async function readQueues({ db }: Store): Promise<SystemState["queues"]> {
  const counted = (rows: readonly { readonly count: number | bigint | string }[]): number =>
    Number(rows[0]?.count ?? 0);
  const [held, awaited, outbox, deliveries] = await Promise.all([
    db
      .selectFrom("reservations")
      .select(({ fn }) => fn.countAll().as("count"))
      .where("state", "=", "pending")
      .execute(),
    db
      .selectFrom("awaited")
      .select(({ fn }) => fn.countAll().as("count"))
      .execute(),
    db
      .selectFrom("outbox")
      .select(({ fn }) => fn.countAll().as("count"))
      .where("sent_at", "is", null)
      .execute(),
    db
      .selectFrom("deliveries")
      .select(["state", ({ fn }) => fn.countAll().as("count")])
      .where("state", "in", ["pending", "dead"])
      .groupBy("state")
      .execute(),
  ]);
  return {
    held_calls: counted(held),
    awaited_work: counted(awaited),
    outbox_waiting: counted(outbox),
    deliveries_pending: counted(deliveries.filter(({ state }) => state === "pending")),
    deliveries_dead: counted(deliveries.filter(({ state }) => state === "dead")),
  };
}

async function readSchemaVersion({ db }: Store): Promise<number> {
  const { rows } = await sql<{
    version: bigint;
  }>`select max(version) as version from migrations`.execute(db);
  return Number(rows[0]?.version ?? 0);
}

const count = z.number().default(0);

/** As jobs/daily-audit.ts notes it. */
const notedAudit = z.object({
  at: z.number(),
  differences: count,
  customers: count,
  events: count,
  counters: count,
  rollups: count,
});

async function readLastAudit({ db }: Store): Promise<SystemState["last_audit"]> {
  const row = await db
    .selectFrom("meta")
    .select("value")
    .where("name", "=", "last_audit")
    .executeTakeFirst();
  if (row === undefined) return null;
  const { at, ...counts } = notedAudit.parse(JSON.parse(row.value));
  return { at: formatInstant(instant(at)), ...counts };
}

async function readArchives({ db }: Store): Promise<SystemState["archives"]> {
  const row = await db
    .selectFrom("archives")
    .select(({ fn }) => [
      fn.countAll().as("count"),
      fn.sum<bigint>("events").as("events"),
      fn.sum<bigint>("bytes").as("bytes"),
      fn.max("month").as("newest"),
    ])
    .executeTakeFirst();
  return {
    count: Number(row?.count ?? 0),
    events: Number(row?.events ?? 0),
    size_bytes: Number(row?.bytes ?? 0),
    // What was told of a month after it had left is in a further archive, `2026-01-2`.
    newest_month: row?.newest?.slice(0, "2026-01".length) ?? null,
  };
}
