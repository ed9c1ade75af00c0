/** Callers that reserve and settle as fast as the ledger answers, and what such a pair took. */
import { randomFillSync } from "node:crypto";
import { type CustomerId, newCallId } from "../src/core/ids.ts";
import { instant } from "../src/core/instant.ts";
import { writeLimit } from "../src/core/limits/read-limit.ts";
import type { Ledger } from "../src/ledger/ledger.ts";
import type { Store } from "../src/store/store.ts";
import { addCustomer, addPlan, factsOf, limit, plan, reserveOf } from "../test/ledger/support.ts";

const CUSTOMERS = 50;
const MANY = 1_000_000_000_000n;
const LINES =
  '[{"bucket":"input","quantity":100,"unit_cost":"0.0000003","cost":"0.00003","price_id":"catalogue:gemini:gemini-2.5-flash:2025-06-17"}]';

export interface Measured {
  readonly pairsPerSecond: number;
  readonly reserveP50Ms: number;
  readonly reserveP99Ms: number;
  /** CPU time of a pair in this process, microseconds. */
  readonly mainMicros: number;
  readonly allMicros: number;
}

/** Customers under four limits: calls, tokens and cost of the period, and calls of the minute. */
export async function addCustomers(store: Store): Promise<CustomerId[]> {
  const planVersionId = await addPlan(
    store,
    plan("bench", [
      limit({ provider: "gemini", cap: MANY }),
      limit({ provider: "gemini", meter: "tokens", cap: MANY }),
      limit({ meter: "cost", cap: MANY }),
      limit({ per: "minute", cap: MANY }),
    ]),
  );
  const customers: CustomerId[] = [];
  for (let index = 0; index < CUSTOMERS; index += 1) {
    customers.push(await addCustomer(store, { planVersionId }));
  }
  return customers;
}

/** Two limits on everything that anybody does: every node needs their counters at every call. */
export async function addDeploymentLimits(store: Store): Promise<void> {
  const limits = [limit({ cap: MANY }), limit({ meter: "cost", per: "month", cap: MANY * 1_000n })];
  await store.write([
    store.db
      .insertInto("meta")
      .values({ name: "deployment_limits", value: JSON.stringify(limits.map(writeLimit)) }),
  ]);
}

export async function measurePairs(
  ledger: Ledger,
  customers: readonly CustomerId[],
  of: { readonly callers: number; readonly seconds: number },
): Promise<Measured> {
  const waits: number[] = [];
  const until = performance.now() + of.seconds * 1_000;
  const [started, main, all] = [performance.now(), process.threadCpuUsage(), process.cpuUsage()];
  await Promise.all(
    Array.from({ length: of.callers }, (_, index) => {
      const customerId = customers[index % customers.length];
      if (customerId === undefined) throw new Error("No customer.");
      return caller(ledger, customerId, { until, waits });
    }),
  );
  const tookMs = performance.now() - started;
  const [mainUsed, allUsed] = [process.threadCpuUsage(main), process.cpuUsage(all)];
  waits.sort((a, b) => a - b);
  const pairs = waits.length;
  return {
    pairsPerSecond: (pairs * 1_000) / tookMs,
    reserveP50Ms: waits[Math.floor(pairs / 2)] ?? 0,
    reserveP99Ms: waits[Math.floor(pairs * 0.99)] ?? 0,
    mainMicros: (mainUsed.user + mainUsed.system) / pairs,
    allMicros: (allUsed.user + allUsed.system) / pairs,
  };
}

async function caller(
  ledger: Ledger,
  customerId: CustomerId,
  of: { readonly until: number; readonly waits: number[] },
): Promise<void> {
  const random = new Uint8Array(16);
  while (performance.now() < of.until) {
    const operation = reserveOf(customerId, {
      id: newCallId(instant(Date.now()), randomFillSync(random)),
    });
    const asked = performance.now();
    const answer = await ledger.reserve(operation);
    of.waits.push(performance.now() - asked);
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
