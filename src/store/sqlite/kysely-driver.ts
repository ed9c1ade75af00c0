/** Lets Kysely run its selects on the read-only thread, and nothing else. */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { type SqlStatement, sqlValue } from "../messages.ts";

export type ReadRows = (statement: SqlStatement) => Promise<readonly unknown[]>;

/** A dialect whose `db` only reads. Inserts, updates, deletes and transactions are refused: they belong in `store.write`. */
export function readOnlyDialect(read: ReadRows): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => readOnlyDriver(read),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function readOnlyDriver(read: ReadRows): Driver {
  const connection: DatabaseConnection = {
    executeQuery: async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
      refuseWrites(query);
      const rows = await read({ sql: query.sql, parameters: query.parameters.map(sqlValue) });
      // Kysely's types promise what the schema's types say of these columns.
      return { rows: [...rows] as Row[] };
    },
    // biome-ignore lint/correctness/useYield: Kysely wants an iterator, and an open cursor would let the log grow.
    streamQuery: async function* () {
      throw new Error("Read pages by key: a cursor left open would let the write-ahead log grow.");
    },
  };
  const noTransaction = (): Promise<never> =>
    Promise.reject(new Error("A transaction is one `store.write` of all its statements."));
  return {
    init: () => Promise.resolve(),
    acquireConnection: () => Promise.resolve(connection),
    beginTransaction: noTransaction,
    commitTransaction: noTransaction,
    rollbackTransaction: noTransaction,
    releaseConnection: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
  };
}

/** A raw statement may pass here: the thread's connection is read-only, so SQLite itself refuses it if it writes. */
function refuseWrites(query: CompiledQuery): void {
  const { kind } = query.query;
  if (kind === "SelectQueryNode" || kind === "RawNode") return;
  throw new Error(`Only selects run here; give a ${kind} to store.write.`);
}
