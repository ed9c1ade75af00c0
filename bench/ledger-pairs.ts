/** How many durable reserve+settle pairs a second the SQLite ledger does, and what a pair costs in CPU time. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "../src/core/instant.ts";
import { openSqliteLedger } from "../src/ledger/sqlite/open.ts";
import { addCustomers, measurePairs } from "./pairs.ts";

const CALLERS = (process.argv[2] ?? "1,16,64,256").split(",").map(Number);
const SECONDS_EACH = 3;

const folder = mkdtempSync(join(tmpdir(), "purser-bench-"));
const opened = await openSqliteLedger({
  file: join(folder, "purser.db"),
  clock: { now: () => instant(Date.now()) },
  nodeId: "bench",
  bootId: String(process.pid),
});
const customers = await addCustomers(opened.store);

console.log("Durable reserve+settle pairs, four limits a call, SQLite, synchronous=FULL");
console.log("callers    pairs/s   reserve p50   main thread   all threads");
await measurePairs(opened.ledger, customers, { callers: 64, seconds: 1 }); // Warm-up.
for (const callers of CALLERS) {
  const result = await measurePairs(opened.ledger, customers, { callers, seconds: SECONDS_EACH });
  console.log(
    [
      String(callers).padStart(7),
      Math.round(result.pairsPerSecond).toLocaleString("en").padStart(10),
      `${result.reserveP50Ms.toFixed(2)} ms`.padStart(13),
      `${result.mainMicros.toFixed(1)} µs`.padStart(13),
      `${result.allMicros.toFixed(1)} µs`.padStart(13),
    ].join(" "),
  );
}
await opened.stop();
rmSync(folder, { recursive: true, force: true });
