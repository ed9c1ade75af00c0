/** The writer thread: the one place that changes the SQLite file, one transaction a message. */
import { parentPort, workerData } from "node:worker_threads";
import { faultWords } from "../faults.ts";
import type { SqlStatement, ThreadReply, ThreadRequest, ThreadSettings } from "../messages.ts";
import { type Checkpoints, checkpointing } from "./checkpoints.ts";
import { type Connection, inTransaction, openConnection } from "./connection.ts";
import { withDiskWords } from "./disk-fault.ts";
import { migrate } from "./migrate.ts";

/** Whatever else writes on this thread, beside the store's own statements. */
export interface BatchRunner {
  /** Runs one batch, whole, and says how many rows it changed at most. */
  run(payload: string): { readonly answer: string; readonly changes: number };
  /** Others wrote this statement: forget what it may have changed. */
  forget(sql: string): void;
}

/** Opens the file, migrates it, and serves until told to stop. `runner` is made once the tables are there. */
export function serveWriter(
  runner?: (connection: Connection, settings: ThreadSettings) => BatchRunner,
): void {
  if (parentPort === null) throw new Error("The writer lives on a worker thread.");
  const port = parentPort;
  // Set by openThread, of this same program.
  const settings = workerData as ThreadSettings;
  const connection = openCurrent(settings);
  const checkpoints = checkpointing(connection.db, settings.file);
  const batches = runner?.(connection, settings);

  port.on("message", (request: ThreadRequest) => {
    port.postMessage(answer(request, { connection, checkpoints, batches }));
    if (request.kind === "stop") port.close();
  });
  port.postMessage({ id: 0, ok: true, value: null } satisfies ThreadReply);
}

function openCurrent({ file, nowMs }: ThreadSettings): Connection {
  try {
    const connection = openConnection(file, "write");
    migrate(connection.db, nowMs);
    return connection;
  } catch (fault) {
    throw withDiskWords(fault);
  }
}

interface Parts {
  readonly connection: Connection;
  readonly checkpoints: Checkpoints;
  readonly batches: BatchRunner | undefined;
}

function answer(request: ThreadRequest, parts: Parts): ThreadReply {
  try {
    return { id: request.id, ok: true, value: perform(request, parts) };
  } catch (fault) {
    return { id: request.id, ok: false, fault: faultWords(fault) };
  }
}

function perform(request: ThreadRequest, parts: Parts): unknown {
  switch (request.kind) {
    case "batch": {
      if (parts.batches === undefined) throw new Error("No ledger lives on this thread.");
      const done = parts.batches.run(request.payload);
      parts.checkpoints.committed(done.changes);
      return done.answer;
    }
    case "write":
      return write(request.statements, parts);
    case "stop":
      parts.checkpoints.stop();
      parts.connection.db.close();
      return null;
    case "read":
      throw new Error("Reads belong on the read-only thread.");
  }
}

function write(statements: readonly SqlStatement[], parts: Parts): unknown {
  const { connection, batches } = parts;
  const rows = inTransaction(connection.db, () =>
    statements.map(({ sql, parameters }) => connection.prepare(sql).all(...parameters)),
  );
  for (const { sql } of statements) batches?.forget(sql);
  parts.checkpoints.committed(statements.length);
  return rows;
}
