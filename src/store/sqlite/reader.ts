/** The read-only thread: one select at a time, bounded in rows and time, no cursor left open. */
import { parentPort, workerData } from "node:worker_threads";
import { faultWords } from "../faults.ts";
import type { SqlStatement, ThreadReply, ThreadRequest, ThreadSettings } from "../messages.ts";
import { openConnection } from "./connection.ts";
import { withDiskWords } from "./disk-fault.ts";

/** More rows than this are asked for by mistake: pages are read by key. */
const ROWS_MOST = 50_000;

if (parentPort === null) throw new Error("The reader lives on a worker thread.");
const port = parentPort;
// Set by openThread, of this same program.
const { db, prepare } = openConnection((workerData as ThreadSettings).file, "read");

port.on("message", (request: ThreadRequest) => {
  port.postMessage(answer(request));
  if (request.kind === "stop") port.close();
});
port.postMessage({ id: 0, ok: true, value: null } satisfies ThreadReply);

function answer(request: ThreadRequest): ThreadReply {
  try {
    return { id: request.id, ok: true, value: perform(request) };
  } catch (fault) {
    return { id: request.id, ok: false, fault: faultWords(withDiskWords(fault)) };
  }
}

function perform(request: ThreadRequest): unknown {
  if (request.kind === "read") return read(request.statement);
  if (request.kind !== "stop") throw new Error("This thread only reads.");
  db.close();
  return null;
}

function read({ sql, parameters }: SqlStatement): unknown {
  const rows: unknown[] = [];
  for (const row of prepare(sql).iterate(...parameters)) {
    if (rows.length >= ROWS_MOST) throw new Error(`A read of more than ${ROWS_MOST} rows.`);
    rows.push(row);
  }
  return rows;
}
