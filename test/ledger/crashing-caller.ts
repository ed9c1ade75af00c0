/** A process that reserves and settles until it is killed, and writes down which calls were acknowledged. */
import { openSync, writeSync } from "node:fs";
import type { CustomerId } from "../../src/core/ids.ts";
import { NOW, reserveOf, settleOf } from "./support.ts";
import { openLedgerAt } from "./test-database.ts";

const [address = "", customer = "", acknowledged = ""] = process.argv.slice(2);
// A file, not a pipe: what was written to it is there after the kill, and writing never has to wait.
const log = openSync(acknowledged, "a");
const { ledger } = await openLedgerAt(address, {
  clock: { now: () => NOW },
  nodeId: "node",
  bootId: "first",
});

async function call(): Promise<void> {
  for (;;) {
    const operation = reserveOf(customer as CustomerId);
    await ledger.reserve(operation);
    writeSync(log, `held ${operation.id}\n`);
    await ledger.settle(settleOf(operation.id, { usage: { input: 7 } }));
    writeSync(log, `settled ${operation.id}\n`);
  }
}
await Promise.all(Array.from({ length: 50 }, call));
