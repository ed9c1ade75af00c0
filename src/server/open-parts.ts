/** Opens the parts that everything stands on: the database, the ledger, keys, plans and prices. */
import { mkdirSync, readFileSync } from "node:fs";
import { type Callers, createCallers } from "../access/callers.ts";
import { type Customers, createCustomers } from "../access/customers.ts";
import { keyHash } from "../access/key-text.ts";
import { createKeys, type Keys } from "../access/keys.ts";
import { createSessions, type Sessions } from "../access/sessions.ts";
import { type Channels, createChannels } from "../alerts/channel-store.ts";
import { createSubscriptions, type Subscriptions } from "../billing/subscriptions.ts";
import type { PlanChange } from "../core/plans/diff-plans.ts";
import { readPlanFile } from "../core/plans/read-plan-file.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Membership } from "../nodes/join-nodes.ts";
import { within } from "../nodes/within.ts";
import { createLivePriceBook, type LivePriceBook } from "../prices/live-price-book.ts";
import { fingerprintOf, openVault, type Vault } from "../privacy/vault.ts";
import { pricedAsOf } from "../providers/all.ts";
import { lockDataFolder } from "../store/sqlite/lock.ts";
import type { Store } from "../store/store.ts";
import { createClock, type LedgerClock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { DatabaseKind } from "./describe-database.ts";
import { type DatabaseTold, type OpenedDatabase, openDatabase } from "./open-database.ts";
import { openPlanDirectory, type PlanDirectory } from "./plan-directory.ts";
import { readSecret } from "./read-secret.ts";
import { wakingStore } from "./waking-store.ts";

export interface Parts {
  readonly config: Config;
  readonly node: Node;
  /** The same on all nodes of one database, and another on others; gives nothing away. */
  readonly installation: string;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly clock: LedgerClock;
  readonly customers: Customers;
  readonly subscriptions: Subscriptions;
  readonly keys: Keys;
  readonly channels: Channels;
  /** Of the vault. */
  readonly keyFor: Vault["keyFor"];
  readonly callers: Callers;
  readonly sessions: Sessions;
  readonly plans: PlanDirectory;
  readonly prices: LivePriceBook;
  /** What `purser plans apply` would change: the plans file is not what is in force. */
  readonly pendingPlanChanges: readonly PlanChange[];
  /** How old months leave. */
  readonly months: OpenedDatabase["months"];
  /** Ends the holds that are due; resolves with how many. */
  sweep(): Promise<number>;
  close(): Promise<void>;
}

/** The end of a process does not wait for a database that is away. */
const LAST_NOTES_MS_MOST = 3_000;

/** This process among those on the same database. */
export interface Node
  extends Pick<OpenedDatabase, "exclusively">,
    Pick<Membership, "seekJobs" | "mayRunJobs"> {
  readonly id: string;
  readonly database: DatabaseKind;
}

/**
 * Takes the data folder's lock, migrates, recovers the holds of earlier boots, joins the other nodes. Throws where another
 * process has the folder, the database cannot be reached, the secret is absent or foreign, or a file cannot be read: with
 * words that say the mend.
 */
export async function openParts(config: Config, told: DatabaseTold): Promise<Parts> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataFolder(config.dataDir);
  try {
    return await openLocked(config, told, () => lock.release());
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

async function openLocked(config: Config, told: DatabaseTold, release: () => void): Promise<Parts> {
  const clock = createClock();
  const database = await openDatabase(config, { clock, told });
  try {
    const { ledger, membership } = database;
    const store = wakingStore(database.store, () => told.alerted?.());
    await database.recover();
    const { vault, plans, pendingPlanChanges, installation } = await database.exclusively(() =>
      startOn(config, database, clock),
    );
    const customers = createCustomers({ store, vault, clock });
    const callers = createCallers({
      store,
      customers,
      clock,
      adminKey: config.adminKey,
      keysAreCurrent: () => membership.keysAreCurrent(),
    });
    const forget = (): void => callers.forget();
    const prices = await createLivePriceBook(store, {
      free: freeProvidersOf(config),
      pricedAs: pricedAsOf(config.dialects),
    });
    await membership.follow({
      keys: forget,
      customers: forget,
      plans: () => plans.reload(),
      prices: () => prices.reload(),
    });
    return {
      config,
      node: nodeOf(database),
      installation,
      store,
      ledger,
      clock,
      customers,
      subscriptions: createSubscriptions({ store, clock }),
      keys: createKeys({ store, clock, changed: forget }),
      channels: createChannels({
        store,
        clock,
        sealing: {
          seal: (text) => vault.sealText("channel", text),
          open: (sealed) => vault.openText("channel", sealed),
        },
      }),
      keyFor: vault.keyFor,
      callers,
      sessions: createSessions({
        store,
        customers,
        clock,
        adminKeyHash: config.adminKey === null ? null : keyHash(config.adminKey),
      }),
      plans,
      prices,
      pendingPlanChanges,
      months: database.months,
      sweep: () => database.sweep(),
      async close() {
        try {
          await within(LAST_NOTES_MS_MOST, callers.close());
        } catch (cause) {
          told.fault(cause, "noting when keys were last used");
        }
        await database.stop().finally(release);
      },
    };
  } catch (cause) {
    await database.stop();
    throw cause;
  }
}

/** The first node to start on a database makes its keys and puts the plans file in force; the others find them. */
async function startOn(
  config: Config,
  database: OpenedDatabase,
  clock: LedgerClock,
): Promise<{ vault: Vault } & Pick<Parts, "plans" | "pendingPlanChanges" | "installation">> {
  const { store } = database;
  const secret = readSecret(config, {
    mayMake: await database.isNew(),
    isShared: database.kind === "postgresql",
  });
  const vault = await openVault(store, secret);
  const plans = await openPlanDirectory(store);
  const pendingPlanChanges = await applyPlansFile(config, plans, clock);
  return { vault, plans, pendingPlanChanges, installation: fingerprintOf(secret) };
}

function nodeOf({ kind, nodeId, membership, exclusively }: OpenedDatabase): Node {
  const { seekJobs, mayRunJobs } = membership;
  return { id: nodeId, database: kind, exclusively, seekJobs, mayRunJobs };
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
