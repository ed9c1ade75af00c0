/** Which nodes are on this database, when each was last heard of, and which of them does the work by the clock. */
import { sql } from "kysely";
import { type Instant, instant } from "../core/instant.ts";
import type { Store } from "../store/store.ts";
import { databaseNow } from "./database-clock.ts";
import { JOBS } from "./join-nodes.ts";

export interface NodeState {
  readonly nodeId: string;
  /** By the database's clock. */
  readonly heartbeatAt: Instant;
  /** false: its open holds are ended. */
  readonly isLive: boolean;
  readonly runsJobs: boolean;
}

/** As purser_open_batch counts them. */
const SILENT_MS_MOST = 30_000;

/** By their ids. */
export async function readNodes({ db }: Pick<Store, "db">): Promise<NodeState[]> {
  const rows = await db
    .selectFrom("nodes")
    .leftJoin("leases", (join) =>
      join
        .on("leases.name", "=", JOBS)
        .on("leases.until", ">", databaseNow)
        .on(({ eb, ref }) =>
          eb(
            "leases.holder",
            "=",
            sql<string>`${ref("nodes.node_id")} || '/' || ${ref("nodes.boot_id")}`,
          ),
        ),
    )
    .select(["nodes.node_id", "nodes.heartbeat_at", "leases.holder"])
    .select(databaseNow.as("now"))
    .orderBy("nodes.node_id")
    .execute();
  return rows.map((row) => ({
    nodeId: row.node_id,
    heartbeatAt: instant(Number(row.heartbeat_at)),
    isLive: Number(row.now - row.heartbeat_at) < SILENT_MS_MOST,
    runsJobs: row.holder !== null,
  }));
}
