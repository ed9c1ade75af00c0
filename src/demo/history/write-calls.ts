/** Writes calls of the history through the ledger's own door: after the fact, or as a hold that may be refused. */
import type { Customer } from "../../access/customers.ts";
