/** Says which database Purser stands on and where, never with a password in it. */
import { join } from "node:path";
import type { Config } from "./config.ts";

export type DatabaseKind = "sqlite" | "postgresql";

const POSTGRES_PORT = "5432";

/** Where the embedded database is. */
export function sqliteFileOf({ dataDir }: Pick<Config, "dataDir">): string {
  return join(dataDir, "purser.db");
}

/** Such as `SQLite in /var/lib/purser` or `PostgreSQL at db.example.com:5432, database purser`. */
export function describeDatabase(config: Pick<Config, "databaseUrl" | "dataDir">): string {
  if (config.databaseUrl === null) return `SQLite in ${config.dataDir}`;
  const name = decodeURIComponent(new URL(config.databaseUrl).pathname.slice(1));
  return `PostgreSQL at ${databaseAddress(config.databaseUrl)}, database ${name}`;
}

/** Host and port of a database's URL. */
export function databaseAddress(databaseUrl: string): string {
  const { hostname, port } = new URL(databaseUrl);
  return `${hostname}:${port === "" ? POSTGRES_PORT : port}`;
}
