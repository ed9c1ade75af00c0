/** Opens the embedded ledger: its door, the store beside it, and what starts, sweeps and stops it. */
import { openSqliteStore } from "../../store/sqlite/open.ts";
import { doorOver, type LedgerOptions, type OpenedLedger } from "../door-over.ts";
import type { LedgerSettings } from "./batch-runner.ts";

export interface SqliteLedgerOptions extends LedgerOptions {
  readonly file: string;
}

/** Creates or migrates the file. The data folder's lock is the caller's to take first (store/sqlite/lock.ts). */
export async function openSqliteLedger(options: SqliteLedgerOptions): Promise<OpenedLedger> {
  const { file, clock, nodeId, bootId, tags = [], onFault, onCommitted } = options;
  const reportCommits = onCommitted !== undefined;
  const extra: LedgerSettings = { nodeId, bootId, declaredTags: tags, reportCommits };
  const { store, writer } = await openSqliteStore({
    file,
    writer: new URL(import.meta.url.replace(/open(\.[jt]s)$/, "writer$1")),
    extra,
    ...(onFault === undefined ? {} : { onFault }),
  });
  const { ledger, recover, sweep, stop } = doorOver({
    ...options,
    at: () => clock.now(),
    // The ledger's thread answers a batch with text.
    runBatch: async (payload) => (await writer.request({ kind: "batch", payload })) as string,
  });
  return {
    ledger,
    store,
    recover,
    sweep,
    stop: async () => {
      await stop();
      await store.close();
    },
  };
}
