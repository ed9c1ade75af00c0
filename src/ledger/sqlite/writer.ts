/** The writer thread of a store with a ledger. */
import { serveWriter } from "../../store/sqlite/serve-writer.ts";
import { type LedgerSettings, ledgerBatches } from "./batch-runner.ts";

// `extra` is what openSqliteLedger hands over.
serveWriter((connection, { extra }) => ledgerBatches(connection, extra as LedgerSettings));
