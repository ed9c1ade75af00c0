/** A process that reserves and settles until it is killed, and says which calls were acknowledged. */
import { writeSync } from "node:fs";
import type { CustomerId } from "../../src/core/ids.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/open.ts";
import { NOW, reserveOf, settleOf } from "./support.ts";

const [file = "", customer = ""] = process.argv.slice(2);
const { ledger } = await openSqliteLedger({
  file,
  clock: { now: () => NOW },
  nodeId: "node",
  bootId: "first",
});

async function call(): Promise<void> {
  for (;;) {
    const operation = reserveOf(customer as CustomerId);
    await ledger.reserve(operation);
    writeSync(1, `held ${operation.id}\n`);
    await ledger.settle(settleOf(operation.id, { usage: { input: 7 } }));
    writeSync(1, `settled ${operation.id}\n`);
  }
}
await Promise.all(Array.from({ length: 50 }, call));
