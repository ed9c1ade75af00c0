/** Gives every test file the same PostgreSQL, started when the first of them asks for it and removed after the last. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { findBinaries } from "./binaries.ts";
import { type Cluster, startCluster } from "./cluster.ts";

/** Run by vitest in its main process, whose environment the test files get; what it returns is run at the end. */
export async function setup(): Promise<() => Promise<void>> {
  const binaries = findBinaries();
  if (binaries.kind === "missing") {
    process.env["PURSER_TEST_POSTGRES_MISSING"] = binaries.reason;
    return () => Promise.resolve();
  }
  // The answer has the cluster's password in it, and other accounts of the machine reach this port too.
  const path = `/${randomBytes(16).toString("hex")}`;
  let cluster: Promise<Cluster> | undefined;
  const door = createServer((request, response) => {
    if (request.url !== path) return response.writeHead(404).end();
    // Not at the start of the run: most runs while working are of a file or two without a database.
    cluster ??= startCluster();
    return cluster.then(
      ({ url }) => response.end(url()),
      (fault: Error) => response.writeHead(500).end(fault.message),
    );
  }).listen(0, "127.0.0.1");
  await once(door, "listening");
  const { port } = door.address() as AddressInfo;
  process.env["PURSER_TEST_POSTGRES_AT"] = `http://127.0.0.1:${port}${path}`;
  return async () => {
    door.close();
    door.closeAllConnections();
    await (await cluster?.catch(() => undefined))?.remove();
  };
}
