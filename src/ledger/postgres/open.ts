/** Opens the ledger on PostgreSQL: its door, the store beside it, and what starts, sweeps and stops it. */
import { openPostgresStore, type PostgresStore } from "../../store/postgres/open.ts";
import { openThread } from "../../store/thread.ts";
import { doorOver, type LedgerOptions, type OpenedLedger } from "../door-over.ts";
import type { PostgresLedgerSettings } from "./batch-runner.ts";

export interface PostgresLedgerOptions extends LedgerOptions {
  readonly url: string;
  /** The ledger's time is `clock`'s and not the database's: for tests, and a test clock. */
  readonly fixedClock?: boolean;
}

export interface OpenedPostgresLedger extends OpenedLedger {
  readonly store: PostgresStore;
}

/** Creates or migrates the tables. Throws where the database cannot be reached or a newer Purser made it. */
export async function openPostgresLedger(
  options: PostgresLedgerOptions,
): Promise<OpenedPostgresLedger> {
  const { url, clock, nodeId, bootId, tags = [], fixedClock = false, onCommitted } = options;
  const store = await openPostgresStore({ url });
  const settings: PostgresLedgerSettings = {
    url,
    nodeId,
    bootId,
    declaredTags: tags,
    reportCommits: onCommitted !== undefined,
  };
  const module = new URL(import.meta.url.replace(/open(\.[jt]s)$/, "thread$1"));
  const thread = await openThread(module, settings, options.onFault ?? (() => undefined));
  const { ledger, recover, sweep, stop } = doorOver({
    ...options,
    at: () => (fixedClock ? clock.now() : null),
    // The ledger's thread answers a batch with text.
    runBatch: async (payload) => (await thread.request({ kind: "batch", payload })) as string,
  });
  return {
    ledger,
    store,
    recover,
    sweep,
    stop: async () => {
      await stop();
      await thread.stop();
      await store.close();
    },
  };
}
