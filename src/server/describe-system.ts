/** What this process knows of the installation beyond the database's rows, for the API. */
import { stat } from "node:fs/promises";
import { sql } from "kysely";
import type { SystemPort } from "../api/ports.ts";
import { formatInstant, instant, SECOND_MS } from "../core/instant.ts";
import { readNodes } from "../nodes/read-nodes.ts";
import { readLastBackup } from "../store/sqlite/last-backup.ts";
import { sqliteFileOf } from "./describe-database.ts";
import type { Parts } from "./open-parts.ts";

export function systemOf({ config, node, store }: Parts): SystemPort {
  const startedAt = instant(Date.now());
  const since = performance.now();
  const isEmbedded = node.database === "sqlite";
  return {
    startedAt,
    uptimeSeconds: () => Math.floor((performance.now() - since) / SECOND_MS),
    database: node.database,
    keptMonths: config.retentionMonths,
    lastBackup: () => (isEmbedded ? shownBackup(config.dataDir) : null),
    databaseBytes: () => (isEmbedded ? fileBytes(sqliteFileOf(config)) : serverBytes(store)),
    nodes: async () =>
      isEmbedded ? [alone(node)] : (await readNodes(store)).map((each) => shownNode(each, node)),
  };
}

type Backup = ReturnType<SystemPort["lastBackup"]>;
type Shown = Awaited<ReturnType<SystemPort["nodes"]>>[number];

function shownBackup(dataDir: string): Backup {
  const last = readLastBackup(dataDir);
  if (last === null) return null;
  return { at: last.at, file: last.file, size_bytes: last.bytes, events: last.events };
}

async function fileBytes(file: string): Promise<number> {
  const sizes = await Promise.all(
    // Of the log there may be none just now.
    [file, `${file}-wal`].map(async (path) => (await stat(path).catch(() => null))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function serverBytes({ db }: Parts["store"]): Promise<number> {
  const { rows } = await sql<{ bytes: bigint }>`
    select pg_database_size(current_database()) as bytes`.execute(db);
  return Number(rows[0]?.bytes ?? 0);
}

/** The one process of an embedded database does its jobs itself. */
function alone({ id, mayRunJobs }: Parts["node"]): Shown {
  return {
    node_id: id,
    answers: true,
    last_heartbeat_at: null,
    is_live: true,
    runs_jobs: mayRunJobs(),
  };
}

function shownNode(
  { nodeId, heartbeatAt, isLive, runsJobs }: Awaited<ReturnType<typeof readNodes>>[number],
  { id }: Parts["node"],
): Shown {
  return {
    node_id: nodeId,
    answers: nodeId === id,
    last_heartbeat_at: formatInstant(heartbeatAt),
    is_live: isLive,
    runs_jobs: runsJobs,
  };
}
