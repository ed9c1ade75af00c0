/** How many durable reserve+settle pairs a second the SQLite ledger does, and what a pair costs in CPU time. */

import { randomFillSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CustomerId, newCallId } from "../src/core/ids.ts";
import { instant } from "../src/core/instant.ts";
import type { Ledger } from "../src/ledger/ledger.ts";
import { openSqliteLedger } from "../src/ledger/sqlite/open.ts";
import { addCustomer, addPlan, factsOf, limit, plan, reserveOf } from "../test/ledger/support.ts";

const CALLERS = (process.argv[2] ?? "1,16,64,256").split(",").map(Number);
const CUSTOMERS = 50;
const SECONDS_EACH = 3;
const MANY = 1_000_000_000_000n;
const random = new Uint8Array(16);
const LINES =
  '[{"bucket":"input","quantity":100,"unit_cost":"0.0000003","cost":"0.00003","price_id":"catalogue:gemini:gemini-2.5-flash:2025-06-17"}]';

const folder = mkdtempSync(join(tmpdir(), "purser-bench-"));
const opened = await openSqliteLedger({
  file: join(folder, "purser.db"),
  clock: { now: () => instant(Date.now()) },
  nodeId: "bench",
  bootId: String(process.pid),
});
const planVersionId = await addPlan(
  opened.store,
  plan("bench", [
    limit({ provider: "gemini", cap: MANY }),
    limit({ provider: "gemini", meter: "tokens", cap: MANY }),
    limit({ meter: "cost", cap: MANY }),
    limit({ per: "minute", cap: MANY }),
  ]),
);
const customers: CustomerId[] = [];
for (let index = 0; index < CUSTOMERS; index += 1) {
  customers.push(await addCustomer(opened.store, { planVersionId }));
}

console.log("Durable reserve+settle pairs, four limits a call, SQLite, synchronous=FULL");
console.log("callers    pairs/s   reserve p50   main thread   all threads");
await measure(64, 1); // Warm-up.
for (const callers of CALLERS) {
  const result = await measure(callers, SECONDS_EACH);
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

interface Measured {
  readonly pairsPerSecond: number;
  readonly reserveP50Ms: number;
  readonly mainMicros: number;
  readonly allMicros: number;
}

async function measure(callers: number, seconds: number): Promise<Measured> {
  const waits: number[] = [];
  const until = performance.now() + seconds * 1_000;
  const [started, main, all] = [performance.now(), process.threadCpuUsage(), process.cpuUsage()];
  await Promise.all(
    Array.from({ length: callers }, (_, index) => caller(opened.ledger, index, until, waits)),
  );
  const tookMs = performance.now() - started;
  const [mainUsed, allUsed] = [process.threadCpuUsage(main), process.cpuUsage(all)];
  waits.sort((a, b) => a - b);
  const pairs = waits.length;
  return {
    pairsPerSecond: (pairs * 1_000) / tookMs,
    reserveP50Ms: waits[Math.floor(pairs / 2)] ?? 0,
    mainMicros: (mainUsed.user + mainUsed.system) / pairs,
    allMicros: (allUsed.user + allUsed.system) / pairs,
  };
}

async function caller(
  ledger: Ledger,
  index: number,
  until: number,
  waits: number[],
): Promise<void> {
  const customerId = customers[index % CUSTOMERS];
  if (customerId === undefined) throw new Error("No customer.");
  while (performance.now() < until) {
    const operation = reserveOf(customerId, {
      id: newCallId(instant(Date.now()), randomFillSync(random)),
    });
    const asked = performance.now();
    const answer = await ledger.reserve(operation);
    waits.push(performance.now() - asked);
    if (answer.kind !== "granted") throw new Error(`Refused: ${answer.code}`);
    await ledger.settle({
      kind: "settle",
      id: operation.id,
      source: "gateway",
      onlyExternal: false,
      facts: factsOf({ lines: LINES }),
    });
  }
}
