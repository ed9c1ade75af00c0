/** Says every few seconds that this start of this node lives: 30 s after the last word, its open holds are ended. */
import { sql } from "kysely";
import { DAY_MS } from "../core/instant.ts";
import type { Store } from "../store/store.ts";
import { databaseNow } from "./database-clock.ts";
import { pulse } from "./pulse.ts";

export interface Heartbeat {
  /** Takes back the word: whoever looks need not wait for 30 s. */
  stop(): Promise<void>;
}

export interface NodeName {
  /** The same at every start of this node. */
  readonly nodeId: string;
  /** Of this start alone. */
  readonly bootId: string;
}

const EVERY_MS = 5_000;
/** A slower answer says too little of when the database's clock was read. */
const ROUND_TRIP_MS_MOST = 1_000;

/**
 * Resolves once the first beat is durable. `onTime` is told how far the database's clock is ahead of this process's, in
 * milliseconds, at every beat. Rejects where the database is away.
 */
export async function startHeartbeat(
  of: NodeName & {
    readonly store: Store;
    readonly onTime: (aheadMs: number) => void;
    readonly onFault: (fault: unknown) => void;
    readonly everyMs?: number;
  },
): Promise<Heartbeat> {
  const { store, nodeId, bootId, everyMs = EVERY_MS } = of;
  let isFirst = true;
  const beat = async (): Promise<void> => {
    const sentAt = Date.now();
    const [rows] = await store.write([
      beatOf(store, { nodeId, bootId }, isFirst),
      ...(isFirst ? [forgetLongGone(store)] : []),
    ]);
    const roundTripMs = Date.now() - sentAt;
    const [row] = (rows ?? []) as readonly { heartbeat_at: bigint }[];
    if (row === undefined) throw new Error(TWICE);
    if (isFirst || (roundTripMs >= 0 && roundTripMs <= ROUND_TRIP_MS_MOST)) {
      of.onTime(Math.round(Number(row.heartbeat_at) - sentAt - roundTripMs / 2));
    }
    isFirst = false;
  };
  await beat();
  const beating = pulse({ round: beat, everyMs, limitMs: EVERY_MS, onFault: of.onFault });
  return {
    async stop() {
      await beating.stop();
      await store.write([
        store.db.deleteFrom("nodes").where("node_id", "=", nodeId).where("boot_id", "=", bootId),
      ]);
    },
  };
}

/** The first beat follows an earlier start of this node; later ones only go on, so that two nodes of one id are noticed. */
function beatOf({ db }: Store, { nodeId, bootId }: NodeName, isFirst: boolean) {
  return db
    .insertInto("nodes")
    .values({ node_id: nodeId, boot_id: bootId, heartbeat_at: databaseNow })
    .onConflict((conflict) => {
      const update = conflict
        .column("node_id")
        .doUpdateSet({ boot_id: bootId, heartbeat_at: databaseNow });
      return isFirst ? update : update.where("nodes.boot_id", "=", bootId);
    })
    .returning("heartbeat_at");
}

/** Nodes that died and did not come back; nobody looks for them any more. */
function forgetLongGone({ db }: Store) {
  const since = sql<bigint>`${databaseNow} - ${DAY_MS}::bigint`;
  return db.deleteFrom("nodes").where("heartbeat_at", "<", since);
}

const TWICE =
  "Another Purser runs with this node's id, so each takes the other's open calls for those of a dead one: " +
  "its data directory is a copy of this one's. Delete the file `node-id` in one of them and restart it.";
