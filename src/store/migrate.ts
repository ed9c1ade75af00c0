/** Brings a database to this program's schema: forward only, each step once, all under one lock. */
import type { DatabaseSync } from "node:sqlite";
import { AppError } from "../core/errors.ts";
import { first } from "./migrations/0001-first.ts";
import { prices } from "./migrations/0002-prices.ts";
import { objects } from "./migrations/0003-objects.ts";

export interface Migration {
  /** 1, 2, 3 …, the number in its file's name. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** A migration that has run anywhere is never changed; the next one mends it. */
const MIGRATIONS: readonly Migration[] = [first, prices, objects];

export const LATEST_VERSION = MIGRATIONS.length;

export type SchemaState =
  | { readonly kind: "current"; readonly version: number }
  | { readonly kind: "behind"; readonly version: number; readonly latest: number }
  /** Made by a newer program: this one must not touch it. */
  | { readonly kind: "newer"; readonly version: number; readonly latest: number };

/** Which schema a database has; a file without tables is version 0. Changes nothing. */
export function schemaState(db: DatabaseSync): SchemaState {
  const version = versionOf(db);
  if (version > LATEST_VERSION) return { kind: "newer", version, latest: LATEST_VERSION };
  if (version < LATEST_VERSION) return { kind: "behind", version, latest: LATEST_VERSION };
  return { kind: "current", version };
}

/**
 * Runs what has not run yet, in one transaction, and returns the names of it. Another process that migrates at the same
 * moment is waited for. Throws `conflict` for a database that a newer Purser made.
 */
export function migrate(db: DatabaseSync, nowMs: number): readonly string[] {
  refuseNewer(db);
  if (schemaState(db).kind === "current") return [];
  db.exec("begin exclusive");
  try {
    refuseNewer(db);
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
    return missing.map(({ version, name }) => `${String(version).padStart(4, "0")}-${name}`);
  } catch (fault) {
    if (db.isTransaction) db.exec("rollback");
    throw fault;
  }
}

function refuseNewer(db: DatabaseSync): void {
  const state = schemaState(db);
  if (state.kind !== "newer") return;
  throw new AppError(
    "conflict",
    `The database has schema ${state.version}; this Purser knows ${state.latest}. Start the newer Purser that made it, or restore a backup.`,
    { version: state.version, latest: state.latest },
  );
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
