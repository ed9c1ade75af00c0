/** A writer thread that opens well and dies at its first work, before doing it. */
import { parentPort } from "node:worker_threads";
import { serveWriter } from "../../src/store/sqlite/serve-writer.ts";

parentPort?.on("message", (request: { kind: string }) => {
  if (request.kind === "write") process.exit(1);
});
serveWriter();
