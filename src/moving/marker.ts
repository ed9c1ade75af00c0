/** The note in the target that says how far a move is; every portion of rows moves it on in its own transaction. */
import { z } from "zod";
import { AppError } from "../core/errors.ts";
import type { Sql } from "../store/postgres/connect.ts";
import type { Store } from "../store/store.ts";

/** Its row in the target's `meta`. */
export const MARKER = "move";

/** One value of a key; whole numbers as text, since JSON has none beyond 2^53. */
const keyValue = z.union([z.string(), z.object({ int: z.string() })]);

const tableMark = z.object({
  /** Key of the last row that was copied. */
  after: z.array(keyValue),
  rows: z.number(),
  /** NUL characters in texts, which PostgreSQL cannot hold, written as U+FFFD. */
  nulsReplaced: z.number(),
});

const marker = z.object({
  state: z.enum(["copying", "done"]),
  /** Tells one installation, and one state of its file, from others. */
  source: z.object({ identity: z.string(), stamp: z.string() }),
  /** RFC 3339. */
  startedAt: z.string(),
  doneAt: z.string().optional(),
  tables: z.record(z.string(), tableMark),
});

export type TableMark = z.output<typeof tableMark>;
export type Marker = z.output<typeof marker>;

export async function readMarker(sql: Sql): Promise<Marker | null> {
  const rows = await sql<{ value: string }[]>`select value from meta where name = ${MARKER}`;
  return rows[0] === undefined ? null : marker.parse(JSON.parse(rows[0].value));
}

/** Throws `conflict` where another process began at the same moment. */
export async function beginMarker(sql: Sql, begun: Marker): Promise<void> {
  const done =
    await sql`insert into meta (name, value) values (${MARKER}, ${JSON.stringify(begun)}) on conflict do nothing`;
  if (done.count === 0) throw movedByAnother();
}

/**
 * The first statement of a portion's transaction, so that others wait for its end. Throws `conflict` where the marker is
 * not as this process left it: another process moves into the same database, and only one of them goes on.
 */
export async function advanceMarker(
  transaction: Pick<Sql, "unsafe">,
  { from, to }: { readonly from: Marker; readonly to: Marker },
): Promise<void> {
  const done = await transaction.unsafe(
    "update meta set value = $1 where name = $2 and value = $3",
    [JSON.stringify(to), MARKER, JSON.stringify(from)],
  );
  if (done.count === 0) throw movedByAnother();
}

function movedByAnother(): AppError {
  return new AppError(
    "conflict",
    "Another process moves into this database at the same time. Let that one finish, and look what it says.",
  );
}

/**
 * To be asked before anything else of a database is used. Throws `conflict` where a move into it has not been finished:
 * some of its rows are not there yet, and what a server changed would be taken for a fault of the move.
 */
export async function refuseUnfinishedMove(store: Store): Promise<void> {
  const row = await store.db
    .selectFrom("meta")
    .select("value")
    .where("name", "=", MARKER)
    .executeTakeFirst();
  if (row === undefined || marker.parse(JSON.parse(row.value)).state === "done") return;
  throw new AppError(
    "conflict",
    "The move into this database is not finished. Run `purser move --to` again, with the same data folder; it goes on from where it stopped.",
  );
}
