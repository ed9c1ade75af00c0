/** Brings an SQLite file to this program's schema: forward only, each step once, all under one lock. */
import type { DatabaseSync } from "node:sqlite";
import {
  type Migration,
  refuseNewer,
  type SchemaState,
  stateOf,
  titleOf,
} from "../migrations/migration.ts";
import { first } from "../migrations/sqlite/0001-first.ts";
import { prices } from "../migrations/sqlite/0002-prices.ts";
import { objects } from "../migrations/sqlite/0003-objects.ts";
import { nodes } from "../migrations/sqlite/0004-nodes.ts";
import { subscriptions } from "../migrations/sqlite/0005-subscriptions.ts";
import { rollups } from "../migrations/sqlite/0006-rollups.ts";
import { alerts } from "../migrations/sqlite/0007-alerts.ts";
import { sessions } from "../migrations/sqlite/0008-sessions.ts";
import { lifts } from "../migrations/sqlite/0009-lifts.ts";

/** A migration that has run anywhere is never changed; the next one mends it. */
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

export const LATEST_VERSION = MIGRATIONS.length;

/** Which schema a database has; a file without tables is version 0. Changes nothing. */
export function schemaState(db: DatabaseSync): SchemaState {
  return stateOf(versionOf(db), LATEST_VERSION);
}

/**
 * Runs what has not run yet, in one transaction, and returns the names of it. Another process that migrates at the same
 * moment is waited for. Throws `conflict` for a database that a newer Purser made.
 */
export function migrate(db: DatabaseSync, nowMs: number): readonly string[] {
  refuseNewer(schemaState(db));
  if (schemaState(db).kind === "current") return [];
  db.exec("begin exclusive");
  try {
    refuseNewer(schemaState(db));
    const missing = MIGRATIONS.slice(versionOf(db));
    db.exec(
      "create table if not exists migrations (version integer primary key, name text not null, ran_at integer not null) strict",
    );
    const note = db.prepare("insert into migrations (version, name, ran_at) values (?, ?, ?)");
    for (const migration of missing) {
      db.exec(migration.sql);
      note.run(migration.version, migration.name, nowMs);
    }
    db.exec("commit");
    return missing.map(titleOf);
  } catch (fault) {
    if (db.isTransaction) db.exec("rollback");
    throw fault;
  }
}

function versionOf(db: DatabaseSync): number {
  const table = db
    .prepare("select 1 from sqlite_master where type = 'table' and name = 'migrations'")
    .get();
  if (table === undefined) return 0;
  const newest = db.prepare("select max(version) from migrations");
  const [version] = Object.values(newest.get() ?? {});
  return Number(version ?? 0);
}
