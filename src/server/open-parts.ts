/** Opens the parts that everything stands on: the database, the ledger, keys, plans and prices. */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Callers, createCallers } from "../access/callers.ts";
import { type Customers, createCustomers } from "../access/customers.ts";
import { createKeys, type Keys } from "../access/keys.ts";
import type { PlanChange } from "../core/plans/diff-plans.ts";
import { readPlanFile } from "../core/plans/read-plan-file.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { openSqliteLedger } from "../ledger/sqlite/open.ts";
import { createLivePriceBook, type LivePriceBook } from "../prices/live-price-book.ts";
import { openVault } from "../privacy/vault.ts";
import { pricedAsOf } from "../providers/all.ts";
import { lockDataFolder } from "../store/sqlite/lock.ts";
import type { Store } from "../store/store.ts";
import { createClock, type LedgerClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { openPlanDirectory, type PlanDirectory } from "./plan-directory.ts";
import { readSecret } from "./read-secret.ts";

/** One data folder belongs to one process at a time, so on SQLite every earlier boot is this node's own and dead. */
const EMBEDDED_NODE = "embedded";
const DATABASE_FILE = "purser.db";

export interface Parts {
  readonly config: Config;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: LedgerClock;
  readonly customers: Customers;
  readonly keys: Keys;
  readonly callers: Callers;
  readonly plans: PlanDirectory;
  readonly prices: LivePriceBook;
  /** What `purser plans apply` would change: the plans file is not what is in force. */
  readonly pendingPlanChanges: readonly PlanChange[];
  /** Ends the holds that are due; resolves with how many. */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/** Who is told of what happens inside. */
export interface PartsTold {
  readonly fault: (cause: unknown, during: string) => void;
  /** The ledger made a batch durable. */
  readonly batch: (batch: { readonly operations: number; readonly ms: number }) => void;
}

/**
 * Takes the data folder's lock, migrates, recovers the holds of earlier boots. Throws where another process has the
 * folder, the secret is foreign, or a file cannot be read: with words that say the mend.
 */
export async function openParts(config: Config, told: PartsTold): Promise<Parts> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(config.dataDir);
  try {
    return await openLocked(config, told, () => lock.release());
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

async function openLocked(config: Config, told: PartsTold, release: () => void): Promise<Parts> {
  const file = join(config.dataDir, DATABASE_FILE);
  const secret = readSecret(config, { mayMake: !existsSync(file) });
  const clock = createClock();
  const opened = await openSqliteLedger({
    file,
    clock,
    nodeId: EMBEDDED_NODE,
    bootId: randomUUID(),
    onFault: (fault) => told.fault(fault, "the database thread"),
    onBatch: told.batch,
  });
  try {
    const { store, ledger } = opened;
    await opened.recover();
    const vault = await openVault(store, secret);
    const customers = createCustomers({ store, vault, clock });
    const callers = createCallers({ store, customers, clock, adminKey: config.adminKey });
    const keys = createKeys({ store, clock, changed: () => callers.forget() });
    const plans = await openPlanDirectory(store);
    const pendingPlanChanges = await applyPlansFile(config, plans, clock);
    return {
      config,
      store,
      ledger,
      clock,
      customers,
      keys,
      callers,
      plans,
      prices: await createLivePriceBook(store, {
        free: freeProvidersOf(config),
        pricedAs: pricedAsOf(config.dialects),
      }),
      pendingPlanChanges,
      sweep: () => opened.sweep(),
      async close() {
        await callers.close();
        await opened.stop();
        release();
      },
    };
  } catch (cause) {
    await opened.stop();
    throw cause;
  }
}

/** At the first start the file is put in force; later its differences are only told. */
async function applyPlansFile(
  config: Config,
  plans: PlanDirectory,
  clock: LedgerClock,
): Promise<readonly PlanChange[]> {
  const definitions = readPlanFile(readFileSync(config.plansFile, "utf8"));
  const isFirstStart = plans.all().length === 0;
  const changes = await plans.apply(definitions, { dryRun: !isFirstStart, at: clock.now() });
  return isFirstStart ? [] : changes;
}

function freeProvidersOf({ addedProviders }: Config): string[] {
  return addedProviders.filter(({ free }) => free).map(({ name }) => name);
}
