/** How many durable reserve+settle pairs a second one node and two do on a real PostgreSQL of this machine. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openPostgresStore } from "../src/store/postgres/open.ts";
import { startCluster } from "../test/postgres/cluster.ts";
import { addCustomers, addDeploymentLimits, type Measured } from "./pairs.ts";

const CALLERS = (process.argv[2] ?? "16,64,256").split(",").map(Number);
const SECONDS_EACH = 4;
const NODE = fileURLToPath(new URL("node-pairs.ts", import.meta.url));

const cluster = await startCluster({ durable: true });
try {
  console.log("Durable reserve+settle pairs, PostgreSQL, fsync and synchronous_commit on");
  console.log("limits                 nodes  callers each    pairs/s   reserve p50   reserve p99");
  for (const withDeployment of [false, true]) {
    for (const nodes of [1, 2]) {
      for (const callers of CALLERS) await measure({ withDeployment, nodes, callers });
    }
  }
  const deadlocks = cluster.log().match(/deadlock detected/g)?.length ?? 0;
  console.log(`deadlocks: ${deadlocks}`);
} finally {
  await cluster.remove();
}

async function measure(of: {
  readonly withDeployment: boolean;
  readonly nodes: number;
  readonly callers: number;
}): Promise<void> {
  const { url, drop } = await cluster.newDatabase();
  const store = await openPostgresStore({ url });
  const customers = await addCustomers(store);
  if (of.withDeployment) await addDeploymentLimits(store);
  await store.close();
  const nodes = await Promise.all(
    Array.from({ length: of.nodes }, (_, index) =>
      runNode({ url, nodeId: `n${index}`, customers, ...of, seconds: SECONDS_EACH }),
    ),
  );
  await drop();
  const sum = nodes.reduce((total, { pairsPerSecond }) => total + pairsPerSecond, 0);
  const worst = (pick: (one: Measured) => number): string =>
    `${Math.max(...nodes.map(pick)).toFixed(2)} ms`.padStart(13);
  console.log(
    [
      (of.withDeployment ? "4 + 2 of all calls" : "4 of the customer").padEnd(22),
      String(of.nodes).padStart(5),
      String(of.callers).padStart(13),
      Math.round(sum).toLocaleString("en").padStart(10),
      worst(({ reserveP50Ms }) => reserveP50Ms),
      worst(({ reserveP99Ms }) => reserveP99Ms),
    ].join(" "),
  );
}

async function runNode(asked: Readonly<Record<string, unknown>>): Promise<Measured> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [NODE, JSON.stringify(asked)]);
  // Printed by node-pairs.ts.
  return JSON.parse(stdout) as Measured;
}
