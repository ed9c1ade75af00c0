/** A PostgreSQL of the run's own, which is killed with all its processes and started again on the same files. */
import postgres from "postgres";
import { audit } from "../../src/ledger/audit/audit.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { startCluster } from "../postgres/cluster.ts";
import type { TortureDatabase } from "./database.ts";

/** What a server that starts while the database is away may take to notice. */
const AWAY_LATELY_MS = 20_000;

/** Throws where there is no PostgreSQL for this machine. */
export async function postgresDatabase(): Promise<TortureDatabase> {
  // Durable as in production: a commit is on the disk before it is answered.
  const cluster = await startCluster({ durable: true });
  const { url } = await cluster.newDatabase();
  let awayUntil = Number.NEGATIVE_INFINITY;
  return {
    name: "postgres",
    settingsOf: () => ({ PURSER_DATABASE_URL: url }),
    async killAndRestart() {
      awayUntil = Number.POSITIVE_INFINITY;
      await cluster.kill();
      await cluster.start();
      awayUntil = performance.now() + AWAY_LATELY_MS;
    },
    wasAwayLately: () => performance.now() < awayUntil,
    async read(text) {
      const sql = postgres(url, { max: 1, onnotice: () => undefined });
      try {
        return await sql.unsafe(text);
      } finally {
        await sql.end();
      }
    },
    async audit() {
      const store = await openPostgresStore({ url });
      try {
        return await audit(store);
      } finally {
        await store.close();
      }
    },
    close: () => cluster.remove(),
  };
}
