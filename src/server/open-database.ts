/** Opens the database of the settings with the ledger on it, and takes this node's place among those that share it. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import type { OpenedLedger } from "../ledger/door-over.ts";
import { openSqliteLedger } from "../ledger/sqlite/open.ts";
import { refuseUnfinishedMove } from "../moving/marker.ts";
import { ALONE, joinNodes, type Membership } from "../nodes/join-nodes.ts";
import { readNodeId } from "../nodes/node-id.ts";
import type { Months } from "../retention/months.ts";
import { monthsOnSqlite } from "../retention/months-on-sqlite.ts";
import type { LedgerClock } from "./clock.ts";
import type { Config } from "./config.ts";
import { type DatabaseKind, sqliteFileOf } from "./describe-database.ts";
import { reachPostgres } from "./reach-postgres.ts";

export interface OpenedDatabase extends OpenedLedger {
  readonly kind: DatabaseKind;
  readonly nodeId: string;
  readonly membership: Membership;
  /** How old months leave. */
  readonly months: Months;
  /** Has nobody started on it yet? Then the secret may be made that it will need from then on. */
  isNew(): Promise<boolean>;
  /** Does what happens once in the life of a database, one node at a time. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
}

export interface DatabaseTold {
  readonly fault: (cause: unknown, during: string) => void;
  readonly batch: (batch: { readonly operations: number; readonly ms: number }) => void;
  /** This node wrote alerts: they wait in the outbox. */
  readonly alerted?: () => void;
}

/** One data folder belongs to one process at a time, so on SQLite every earlier boot is this node's own and dead. */
const EMBEDDED_NODE = "embedded";
const START = "start";

/** The data folder's lock is taken. Throws where the database cannot be opened, with words that say the mend. */
export function openDatabase(
  config: Config,
  of: { readonly clock: LedgerClock; readonly told: DatabaseTold },
): Promise<OpenedDatabase> {
  const { databaseUrl } = config;
  return databaseUrl === null ? openEmbedded(config, of) : openShared(config, databaseUrl, of);
}

async function openEmbedded(
  config: Config,
  { clock, told }: { clock: LedgerClock; told: DatabaseTold },
): Promise<OpenedDatabase> {
  const file = sqliteFileOf(config);
  const isNew = !existsSync(file);
  const opened = await openSqliteLedger({
    file,
    clock,
    nodeId: EMBEDDED_NODE,
    bootId: randomUUID(),
    tags: config.tags,
    onFault: (fault) => told.fault(fault, "the database thread"),
    onBatch: told.batch,
    onAlerted: () => told.alerted?.(),
  });
  return {
    ...opened,
    kind: "sqlite",
    nodeId: EMBEDDED_NODE,
    membership: ALONE,
    months: monthsOnSqlite({ store: opened.store, folder: config.archiveDir }),
    isNew: () => Promise.resolve(isNew),
    exclusively: (work) => work(),
  };
}

async function openShared(
  config: Config,
  url: string,
  { clock, told }: { clock: LedgerClock; told: DatabaseTold },
): Promise<OpenedDatabase> {
  // Only here: an embedded Purser need not load it.
  const { openPostgresLedger } = await import("../ledger/postgres/open.ts");
  const { detachMonth } = await import("../ledger/postgres/detach-month.ts");
  const { monthsOnPostgres } = await import("../retention/months-on-postgres.ts");
  const [nodeId, bootId] = [readNodeId(config.dataDir), randomUUID()];
  const opened = await reachPostgres(url, () =>
    openPostgresLedger({
      url,
      nodeId,
      bootId,
      clock,
      tags: config.tags,
      fixedClock: config.testClock,
      onFault: (fault) => told.fault(fault, "the database"),
      onBatch: told.batch,
      onAlerted: () => told.alerted?.(),
    }),
  );
  const { store } = opened;
  try {
    await refuseUnfinishedMove(store);
    const membership = await joinNodes({
      store,
      nodeId,
      bootId,
      // A test clock is this process's, and nobody else's.
      onTime: (aheadMs) => config.testClock || clock.follow(aheadMs),
      onFault: told.fault,
    });
    return {
      ...opened,
      kind: "postgresql",
      nodeId,
      membership,
      months: monthsOnPostgres({
        store,
        folder: config.archiveDir,
        detach: (asked) => detachMonth({ store, url }, asked),
      }),
      // These keys are made with the first start's secret.
      isNew: async () =>
        (await store.db.selectFrom("secrets").select("name").limit(1).execute()).length === 0,
      exclusively: (work) => store.exclusively(START, work),
      async stop() {
        await membership.leave();
        await opened.stop();
      },
    };
  } catch (fault) {
    await opened.stop();
    throw fault;
  }
}
