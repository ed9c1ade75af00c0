/** What is noted of the month that is leaving: from its first moment to its last, also over a crash. */
import { sql } from "kysely";
import { type Instant, instant } from "../../core/instant.ts";
import type { Statement, Store } from "../../store/store.ts";
import type { Span } from "../audit/span.ts";
import type { LeavingMonth } from "../leaving-month.ts";
import type { WrittenArchive } from "../month-to-detach.ts";

export interface Detaching {
  readonly span: Span;
  /** Later events stay. */
  readonly seq: bigint;
  /** The archive that holds its events; null: it is not written yet, and all events are there. */
  readonly archive: string | null;
}

export async function readDetaching({ db }: Store): Promise<Detaching | null> {
  const row = await db.selectFrom("detaching").selectAll().executeTakeFirst();
  if (row === undefined) return null;
  const span = { from: instant(Number(row.from_at)), to: instant(Number(row.to_at)) };
  return { span, seq: row.seq, archive: row.archive };
}

/** From here on nothing is added to the month's events: an archive of them stays right. */
export async function freeze(store: Store, { span }: LeavingMonth): Promise<void> {
  const given = sql`coalesce((select seq from sqlite_sequence where name = 'events'), 0)`;
  await store.write([
    raw(
      store,
      sql`insert into detaching (id, from_at, to_at, seq, archive)
        select 1, ${span.from}, ${span.to}, max(coalesce((select max(seq) from events), 0), ${given}), null`,
    ),
    // Numbers of events are never given again, also where the newest leave.
    raw(store, sql`delete from sqlite_sequence where name = 'events'`),
    raw(store, sql`insert into sqlite_sequence (name, seq) select 'events', seq from detaching`),
  ]);
}

/** Takes back `freeze`. A month whose archive is noted stays as it is. */
export async function thaw(store: Store): Promise<void> {
  await store.write([store.db.deleteFrom("detaching").where("archive", "is", null)]);
}

/** The archive is durable: from here on its events may go, and only on. `beside` is written with it. */
export async function noteArchive(
  store: Store,
  of: {
    readonly name: string;
    readonly written: WrittenArchive;
    readonly balances: number;
    readonly actor: string;
    readonly now: Instant;
  },
  beside: Statement,
): Promise<void> {
  const { db } = store;
  const { name, written, balances, actor, now } = of;
  const { events, file, bytes, sha256 } = written;
  await store.write([
    db
      .insertInto("archives")
      .values({ month: name, events, balances, file, bytes, sha256, created_at: now }),
    db.updateTable("detaching").set({ archive: name }),
    db.insertInto("audit_log").values({
      at: now,
      actor,
      action: "events.detach",
      subject: name,
      details: JSON.stringify({ file, events, balances }),
    }),
    beside,
  ]);
}

/** All of them have left. */
export async function endDetaching(store: Store): Promise<void> {
  await store.write([store.db.deleteFrom("detaching")]);
}

/** A statement that Kysely has no words for. */
export function raw({ db }: Store, statement: ReturnType<typeof sql>): Statement {
  return { compile: () => statement.compile(db) };
}
