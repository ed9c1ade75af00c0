/** Brings a PostgreSQL database to this program's schema: forward only, each step once, all under one lock. */
import { AppError } from "../../core/errors.ts";
import {
  type Migration,
  refuseNewer,
  type SchemaState,
  stateOf,
  titleOf,
} from "../migrations/migration.ts";
import { first } from "../migrations/postgres/0001-first.ts";
import { prices } from "../migrations/postgres/0002-prices.ts";
import { objects } from "../migrations/postgres/0003-objects.ts";
import { nodes } from "../migrations/postgres/0004-nodes.ts";
import { subscriptions } from "../migrations/postgres/0005-subscriptions.ts";
import { rollups } from "../migrations/postgres/0006-rollups.ts";
import { alerts } from "../migrations/postgres/0007-alerts.ts";
import { sessions } from "../migrations/postgres/0008-sessions.ts";
import { lifts } from "../migrations/postgres/0009-lifts.ts";
import { type Lane, openLane } from "./lane.ts";

/** A migration that has run anywhere is never changed; the next one mends it. Numbers are those of SQLite's. */
const MIGRATIONS: readonly Migration[] = [
  first,
  prices,
  objects,
  nodes,
  subscriptions,
  rollups,
  alerts,
  sessions,
  lifts,
];

const LATEST_VERSION = MIGRATIONS.length;

/** The first PostgreSQL that has all that is asked of it. */
const SERVER_LEAST = 140_000;

/**
 * Runs what has not run yet, in one transaction, and returns the names of it. Another node that migrates at the same
 * moment is waited for. Throws `conflict` for a database that a newer Purser made, or a PostgreSQL before 14.
 */
export async function migrate(url: string): Promise<readonly string[]> {
  const lane = openLane({ url, purpose: "migrations", patient: true });
  try {
    await refuseOld(lane);
    await refuseUnsafe(lane);
    // Nothing to do is the usual case, and needs no lock.
    if ((await stateOn(lane)).kind === "current") return [];
    await lane.query("begin");
    await lane.query("select pg_advisory_xact_lock(1347770963, 3)");
    // Made before it is asked for: this session may still believe that it is not there, as it was before the wait.
    await lane.query(
      "create table if not exists migrations (version bigint primary key, name text not null, ran_at bigint not null)",
    );
    const missing = MIGRATIONS.slice(await versionOf(lane));
    for (const migration of missing) {
      await lane.query(migration.sql);
      await lane.query("insert into migrations (version, name, ran_at) values ($1, $2, $3)", [
        migration.version,
        migration.name,
        Date.now(),
      ]);
    }
    await lane.query("commit");
    return missing.map(titleOf);
  } finally {
    lane.close();
  }
}

/** Which schema a database has; one without tables is version 0. Changes nothing. */
export async function schemaState(url: string): Promise<SchemaState> {
  const lane = openLane({ url, purpose: "schema" });
  try {
    return stateOf(await versionOf(lane), LATEST_VERSION);
  } finally {
    lane.close();
  }
}

async function stateOn(lane: Lane): Promise<SchemaState> {
  const state = stateOf(await versionOf(lane), LATEST_VERSION);
  refuseNewer(state);
  return state;
}

async function versionOf(lane: Lane): Promise<number> {
  const [table] = await lane.query("select to_regclass('migrations')::text as name");
  if (table?.["name"] == null) return 0;
  const [newest] = await lane.query("select max(version) as version from migrations");
  return Number(newest?.["version"] ?? 0);
}

/** With it off a commit is answered before it is on the disk: what we acknowledge could be lost. */
async function refuseUnsafe(lane: Lane): Promise<void> {
  const [row] = await lane.query("select current_setting('synchronous_commit') as setting");
  if (row?.["setting"] !== "off") return;
  throw new AppError(
    "conflict",
    "This PostgreSQL answers before a commit is on its disk (synchronous_commit is off), so calls that were acknowledged could be lost. " +
      "Run `alter role … set synchronous_commit = on` for Purser's account, or set it for its database.",
    { setting: "synchronous_commit" },
  );
}

async function refuseOld(lane: Lane): Promise<void> {
  const [server] = await lane.query("select current_setting('server_version_num') as version");
  const version = Number(server?.["version"]);
  if (version >= SERVER_LEAST) return;
  throw new AppError(
    "conflict",
    `This PostgreSQL is of version ${Math.floor(version / 10_000)}; Purser needs 14 or later.`,
    { version },
  );
}
