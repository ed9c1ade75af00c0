/** SQLite in the data folder of the one server: there is no process of its own to kill. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { audit } from "../../src/ledger/audit/audit.ts";
import { lockDataFolder } from "../../src/store/sqlite/lock.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Row, TortureDatabase } from "./database.ts";

export function sqliteDatabase(dataDir: string): TortureDatabase {
  const file = join(dataDir, "purser.db");
  const read = (sql: string): readonly Row[] => {
    const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      const statement = db.prepare(sql);
      statement.setReadBigInts(true);
      return statement.all();
    } finally {
      db.close();
    }
  };
  return {
    name: "sqlite",
    settingsOf: () => ({}),
    killAndRestart: null,
    wasAwayLately: () => false,
    read: (sql) => Promise.resolve(read(sql)),
    async audit() {
      const lock = lockDataFolder(dataDir);
      try {
        const { store } = await openSqliteStore({ file });
        try {
          const words = read("pragma integrity_check").map((row) => String(row["integrity_check"]));
          if (words.join() !== "ok") throw new Error(`The database file is broken: ${words}`);
          return await audit(store);
        } finally {
          await store.close();
        }
      } finally {
        lock.release();
      }
    },
    close: () => Promise.resolve(),
  };
}
