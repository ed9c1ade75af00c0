/** Lets old months leave, as a process of its own that can be killed: the database's address and the archive folder are given. */
import { retireDue } from "../../src/jobs/retire-months.ts";
import { NOW, newId } from "../ledger/support.ts";
import { openLedgerAt } from "../ledger/test-database.ts";
import { monthsOf } from "./old-events.ts";

const [address = "", folder = ""] = process.argv.slice(2);
const clock = { now: () => NOW };
const opened = await openLedgerAt(address, { clock, nodeId: "node", bootId: newId() });
await retireDue({ months: monthsOf(opened.store, address, folder), clock, keptMonths: 1 });
await opened.stop();
