/** Old months on PostgreSQL: their events leave in a table, which goes when an archive holds them. */
import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { type Instant, instant, parseInstant } from "../core/instant.ts";
import { freeArchiveName } from "../ledger/archive-names.ts";
import { monthOf } from "../ledger/audit/span.ts";
import type { DetachMonth, FrozenEvents } from "../ledger/month-to-detach.ts";
import type { Statement, Store } from "../store/store.ts";
import type { Months } from "./months.ts";
import { writeArchive } from "./write-archive.ts";

interface On {
  readonly store: Store;
  readonly folder: string;
}

/** Nothing is added to a table that was detached, so all of it is meant. */
const ALL = 2n ** 63n - 1n;
const ACTOR = "retention";

export function monthsOnPostgres(on: On & { readonly detach: DetachMonth }): Months {
  return {
    detach: on.detach,
    async first() {
      const [first] = await eventTables(on.store);
      return first === undefined ? null : monthOfTable(first);
    },
    async goOn({ now, dueBefore, signal }) {
      if (dueBefore === null) return;
      for (const table of await detachedTables(on.store)) {
        if (monthOf(monthOfTable(table)).to > dueBefore) continue;
        signal?.throwIfAborted();
        await archiveTable(on, { table, now, signal });
      }
    },
  };
}

/** The file is durable before the table goes; its row comes in the transaction in which the table goes. */
async function archiveTable(
  on: On,
  { table, now, signal }: { table: string; now: Instant; signal: AbortSignal | undefined },
): Promise<void> {
  const { store } = on;
  const month = monthOfTable(table);
  const events: FrozenEvents = {
    table,
    span: monthOf(month),
    until: { seq: ALL, correction: ALL },
  };
  const drop = raw(store, sql`drop table ${sql.table(table)}`);
  if (await isEmpty(store, table)) {
    await store.write([drop]);
    return;
  }
  const name = await freeArchiveName(store, nameOfTable(table));
  const written = await writeArchive(on, {
    name,
    events,
    signal,
    // What was told beside an event that has left belongs to nothing any more.
    onPage: async (ids) => {
      await store.write([store.db.deleteFrom("event_details").where("event_id", "in", [...ids])]);
    },
  });
  const balances = await balancesOf(store, table);
  const { file, bytes, sha256 } = written;
  await store.write([
    store.db.insertInto("archives").values({
      month: name,
      events: written.events,
      balances,
      file,
      bytes,
      sha256,
      created_at: now,
    }),
    store.db.insertInto("audit_log").values({
      at: now,
      actor: ACTOR,
      action: "events.archive",
      subject: name,
      details: JSON.stringify({ table, file, events: written.events }),
    }),
    drop,
  ]);
}

/** How many rows of closing balance stand for the table, as was noted when it left. */
async function balancesOf({ db }: Store, table: string): Promise<number> {
  const rows = await db
    .selectFrom("audit_log")
    .select("details")
    .where("action", "=", "events.detach")
    .where("subject", "=", nameOfTable(table))
    .orderBy("id", "desc")
    .execute();
  const noted = rows
    .map(({ details }) => detachNote.parse(JSON.parse(details)))
    .find((note) => note.table === table);
  return noted?.balances ?? 0;
}

const detachNote = z.object({ table: z.string().optional(), balances: z.number() });

async function isEmpty({ db }: Store, table: string): Promise<boolean> {
  const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
  return rows.length === 0;
}

/** The months that are attached, the earliest first. */
async function eventTables({ db }: Store): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'events'::regclass order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

async function detachedTables({ db }: Store): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname::text as name from pg_class
      where relkind = 'r' and relnamespace = current_schema()::regnamespace
        and relname ~ '^detached_events_[0-9]{4}_[0-9]{2}(_[0-9]+)?$' order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

/** `2026-01`, of `events_2026_01` and of `detached_events_2026_01_2`. */
function nameOfTable(table: string): string {
  const [, year, month] = /events_(\d{4})_(\d{2})/.exec(table) ?? [];
  return `${year}-${month}`;
}

function monthOfTable(table: string): Instant {
  return instant(parseInstant(`${nameOfTable(table)}-01T00:00:00Z`, "month"));
}

function raw({ db }: Store, statement: RawBuilder<unknown>): Statement {
  return { compile: () => statement.compile(db) };
}
