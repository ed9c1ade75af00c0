/** Opens the SQLite file as Purser always does, with its prepared statements kept. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { withDiskWords } from "./disk-fault.ts";

/** How long a statement waits for another process's lock, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000;
/** Statements that callers compose are many; beyond this the kept ones are dropped and prepared again. */
const STATEMENTS_KEPT = 500;

export interface Connection {
  readonly db: DatabaseSync;
  /** Prepared once for each text. Integers come back as bigint, always. */
  prepare(sql: string): StatementSync;
}

export function openConnection(file: string, mode: "write" | "read"): Connection {
  const db = new DatabaseSync(file, {
    readOnly: mode === "read",
    enableForeignKeyConstraints: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  if (mode === "write") {
    // Checkpoints run between batches (checkpoints.ts), never inside a commit that callers wait for.
    db.exec(
      "pragma journal_mode = wal; pragma synchronous = full; pragma recursive_triggers = on; pragma wal_autocheckpoint = 0; pragma cache_size = -65536",
    );
  } else {
    // As much as the writer: a page of the log looks up its lines all over the file.
    db.exec("pragma query_only = on; pragma cache_size = -65536");
  }
  const kept = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const statement = db.prepare(sql);
    statement.setReadBigInts(true);
    if (kept.size >= STATEMENTS_KEPT) kept.clear();
    kept.set(sql, statement);
    return statement;
  };
  return { db, prepare };
}

/**
 * Runs `work` in one transaction: all of it is durable when this returns, or nothing of it has happened. A fault of the
 * file or its disk is thrown as a DiskFault.
 */
export function inTransaction<Result>(db: DatabaseSync, work: () => Result): Result {
  try {
    db.exec("begin immediate");
    const result = work();
    db.exec("commit");
    return result;
  } catch (fault) {
    if (db.isTransaction) db.exec("rollback");
    throw withDiskWords(fault);
  }
}
