/** One node of a measurement on PostgreSQL, as a process of its own: prints what it measured as JSON. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { CustomerId } from "../src/core/ids.ts";
import { instant } from "../src/core/instant.ts";
import { openPostgresLedger } from "../src/ledger/postgres/open.ts";
import { measurePairs } from "./pairs.ts";

const asked = z
  .object({
    url: z.string(),
    nodeId: z.string(),
    callers: z.number(),
    seconds: z.number(),
    customers: z.array(z.string()),
  })
  .parse(JSON.parse(process.argv[2] ?? "{}"));

const opened = await openPostgresLedger({
  url: asked.url,
  clock: { now: () => instant(Date.now()) },
  nodeId: asked.nodeId,
  bootId: randomUUID(),
});
const customers = asked.customers as CustomerId[];
await measurePairs(opened.ledger, customers, { callers: asked.callers, seconds: 1 }); // Warm-up.
const measured = await measurePairs(opened.ledger, customers, asked);
await opened.stop();
console.log(JSON.stringify(measured));
