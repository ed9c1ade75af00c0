/** A writer thread that opens well and dies at its first work. */
import { parentPort } from "node:worker_threads";
import { serveWriter } from "../../src/store/sqlite/serve-writer.ts";

serveWriter();
parentPort?.prependListener("message", (request: { kind: string }) => {
  if (request.kind === "write") throw new Error("The disk is gone.");
});
