/** Lets Kysely run its selects on the read-only thread, and nothing else. */
import { type Dialect, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { type SqlStatement, sqlValue } from "../messages.ts";
import { readOnlyDriver } from "../read-only-driver.ts";

/** `read` runs one select on the read-only thread. */
export function readOnlyDialect(
  read: (statement: SqlStatement) => Promise<readonly unknown[]>,
): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () =>
      readOnlyDriver(({ sql, parameters }) => read({ sql, parameters: parameters.map(sqlValue) })),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
