/** Opens the database that was asked for. */
import { join } from "node:path";
import type { DatabaseName, TortureDatabase } from "./database.ts";
import { postgresDatabase } from "./postgres-database.ts";
import { sqliteDatabase } from "./sqlite-database.ts";

/** `folder`: the run's own; on SQLite the one server keeps its data in `node-1` of it. */
export async function openDatabase(name: DatabaseName, folder: string): Promise<TortureDatabase> {
  switch (name) {
    case "sqlite":
      return sqliteDatabase(join(folder, "node-1"));
    case "postgres":
      return postgresDatabase();
  }
}
