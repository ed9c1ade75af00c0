/** The writer thread of a store without a ledger. */
import { serveWriter } from "./serve-writer.ts";

serveWriter();
