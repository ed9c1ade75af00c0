/** Kysely's own connection reads; whatever writes belongs into `store.write`, as one transaction. */
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from "kysely";

/** Runs one select and gives its rows. */
export type ReadRows = (query: CompiledQuery) => Promise<readonly unknown[]>;

/** Inserts, updates, deletes and transactions are refused. */
export function readOnlyDriver(read: ReadRows): Driver {
  const connection: DatabaseConnection = {
    executeQuery: async <Result>(query: CompiledQuery): Promise<QueryResult<Result>> => {
      refuseWrites(query);
      const rows = await read(query);
      // Kysely's types promise what the schema's types say of these columns.
      return { rows: [...rows] as Result[] };
    },
    // biome-ignore lint/correctness/useYield: Kysely wants an iterator, and an open cursor would hold old rows alive.
    streamQuery: async function* () {
      throw new Error("Read pages by key: a cursor left open would keep what was deleted alive.");
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

/** A raw statement may pass here: the connection itself is read-only, so the database refuses it if it writes. */
function refuseWrites(query: CompiledQuery): void {
  const { kind } = query.query;
  if (kind === "SelectQueryNode" || kind === "RawNode") return;
  throw new Error(`Only selects run here; give a ${kind} to store.write.`);
}
