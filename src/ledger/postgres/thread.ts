/** The thread on which the ledger speaks with PostgreSQL, so that calls in flight never wait for its work. */
import { parentPort, workerData } from "node:worker_threads";
import { faultWords } from "../../store/faults.ts";
import type { ThreadReply, ThreadRequest } from "../../store/messages.ts";
import { type PostgresLedgerSettings, postgresBatches } from "./batch-runner.ts";

if (parentPort === null) throw new Error("The ledger lives on a worker thread.");
const port = parentPort;
// Set by openPostgresLedger, of this same program.
const batches = postgresBatches(workerData as PostgresLedgerSettings);

port.on("message", (request: ThreadRequest) => {
  void answer(request).then((reply) => {
    port.postMessage(reply);
    if (request.kind === "stop") port.close();
  });
});
port.postMessage({ id: 0, ok: true, value: null } satisfies ThreadReply);

async function answer(request: ThreadRequest): Promise<ThreadReply> {
  try {
    return { id: request.id, ok: true, value: await perform(request) };
  } catch (fault) {
    return { id: request.id, ok: false, fault: faultWords(fault) };
  }
}

async function perform(request: ThreadRequest): Promise<string | null> {
  if (request.kind === "batch") return batches.run(request.payload);
  if (request.kind !== "stop") throw new Error("This thread runs the ledger's batches only.");
  await batches.stop();
  return null;
}
