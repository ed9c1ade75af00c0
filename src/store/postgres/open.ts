/** Opens the store on PostgreSQL: a pool that reads, lanes that write whole transactions, word of what others changed. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type CompiledQuery,
  HandleEmptyInListsPlugin,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  replaceWithNoncontingentExpression,
} from "kysely";
import { readOnlyDriver } from "../read-only-driver.ts";
import type { Schema } from "../schema.ts";
import type { Statement, Store } from "../store.ts";
import { READ_MS_MOST, tooSlow } from "../too-slow.ts";
import { connect, type Sql } from "./connect.ts";
import { codeOf, storeFault } from "./faults.ts";
import { type Lanes, openLane, openLanes, type Parameter } from "./lane.ts";
import { migrate } from "./migrate.ts";
import { FORGET_MARKS, transact } from "./transaction.ts";

const READERS = 8;
/** More rows than this are asked for by mistake: pages are read by key. */
const ROWS_MOST = 50_000;
const WRITERS = 4;
const LISTEN_AGAIN_MS = 200;
/** SQLSTATE of a statement that took longer than it may. */
const CANCELED = "57014";

export interface PostgresStore extends Store {
  /** Tells of each notice on the channel, and with an empty text whenever the connection is made (anew). Returns the end. */
  listen(channel: string, told: (payload: string) => void): Promise<() => Promise<void>>;
  /** One node at a time does this work; the others wait for their turn. */
  exclusively<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

/** Migrates the database first. Throws where it cannot be reached or a newer Purser made it. */
export async function openPostgresStore({ url }: { url: string }): Promise<PostgresStore> {
  await migrate(url);
  await forgetMarks(url);
  const reads = connect({
    url,
    connections: READERS,
    purpose: "reads",
    readsWithinMs: READ_MS_MOST,
  });
  const lanes = openLanes({ url, purpose: "writes", most: WRITERS });
  const db = new Kysely<Schema>({
    // "One of none" is false, as on SQLite, and not a mistake of grammar.
    plugins: [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })],
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => readOnlyDriver((query) => read(reads, query)),
      createIntrospector: (of) => new PostgresIntrospector(of),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return {
    db,
    write: (statements) => write(lanes, statements),
    listen: (channel, told) => listen(url, channel, told),
    exclusively: (name, work) => exclusively(url, name, work),
    close: async () => {
      await lanes.close();
      await reads.end({ timeout: 1 });
    },
  };
}

async function forgetMarks(url: string): Promise<void> {
  const lane = openLane({ url, purpose: "marks" });
  try {
    await lane.query(FORGET_MARKS);
  } finally {
    lane.close();
  }
}

async function write(
  lanes: Lanes,
  statements: readonly Statement[],
): Promise<readonly (readonly unknown[])[]> {
  const compiled = statements.map((statement) => statement.compile());
  try {
    return await transact(lanes, async ({ query, commit }) => {
      const [first] = await query("select pg_current_xact_id()::text as xid");
      // Sent one behind the other: only the commit waits for them.
      const answers = compiled.map(({ sql, parameters }) =>
        query(sql, parameters.map(parameterOf)),
      );
      const rows = await Promise.all(answers);
      await commit(String(first?.["xid"]));
      return rows;
    });
  } catch (fault) {
    throw storeFault(fault);
  }
}

async function read(reads: Sql, { sql, parameters }: CompiledQuery): Promise<readonly unknown[]> {
  try {
    const rows = await reads.unsafe(sql, parameters.map(parameterOf), {
      prepare: isOfOneShape(sql),
    });
    if (rows.length > ROWS_MOST) throw new Error(`A read of more than ${ROWS_MOST} rows.`);
    return rows;
  } catch (fault) {
    throw codeOf(fault) === CANCELED ? tooSlow() : storeFault(fault);
  }
}

/** Lists of values make a statement of its own for each length: those are not kept prepared. */
function isOfOneShape(sql: string): boolean {
  return !sql.includes(" in (");
}

/** Which kinds of value travel; a boolean or a date would be a mistake of the caller. */
function parameterOf(value: unknown): Parameter {
  if (value === null || typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw new TypeError(`Not a value our columns can hold: ${typeof value}`);
}

async function listen(
  url: string,
  channel: string,
  told: (payload: string) => void,
): Promise<() => Promise<void>> {
  const end = new AbortController();
  const until = (wake: () => void): void => end.signal.addEventListener("abort", wake);
  const once = async (): Promise<void> => {
    const { promise: closed, resolve: close } = Promise.withResolvers<void>();
    until(close);
    const onNotice = (_channel: string, payload: string): void => told(payload);
    const sql = connect({ url, connections: 1, purpose: "listener", onNotice, onClose: close });
    try {
      await sql.unsafe(`listen "${channel}"`);
      // What was said while nobody listened is not said again.
      told("");
      await closed;
    } finally {
      await sql.end({ timeout: 0 });
    }
  };
  const run = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await once().catch(() => undefined);
      await sleep(LISTEN_AGAIN_MS, undefined, { signal: end.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return async () => {
    end.abort();
    await running;
  };
}

async function exclusively<Result>(
  url: string,
  name: string,
  work: () => Promise<Result>,
): Promise<Result> {
  // The lock is the session's, so it is gone with this process however that ends.
  const lane = openLane({ url, purpose: name, patient: true });
  try {
    await lane.query("select pg_advisory_lock(1347770963, hashtext($1))", [name]);
    return await work();
  } finally {
    lane.close();
  }
}
