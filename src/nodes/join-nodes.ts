/** Makes this process one of several nodes on one database: it is seen to live, hears of changes, and may get the jobs. */
import {
  type ConfigChanges,
  followConfigChanges,
  type Reloads,
  type TellingStore,
} from "./config-changes.ts";
import { type NodeName, startHeartbeat } from "./heartbeat.ts";
import { type Lease, seekLease } from "./lease.ts";
import { within } from "./within.ts";

export interface Membership {
  /** false: a remembered key must be looked up before it is used. */
  keysAreCurrent(): boolean;
  /** Does the work by the clock fall to this node now? */
  mayRunJobs(): boolean;
  /** From now on this node asks for that work. */
  seekJobs(): void;
  /** What to do when another node has changed something; until then nothing counts as current. */
  follow(reloads: Reloads): Promise<void>;
  /** The jobs must have stopped. What cannot be told the database any more is reported, and runs out there by itself. */
  leave(): Promise<void>;
}

/** The one process of an embedded database. */
export const ALONE: Membership = {
  keysAreCurrent: () => true,
  mayRunJobs: () => true,
  seekJobs: () => undefined,
  follow: () => Promise.resolve(),
  leave: () => Promise.resolve(),
};

/** The lease on the work by the clock. */
export const JOBS = "jobs";
/** The end of a process does not wait for a database that is away. */
const LEAVE_MS_MOST = 3_000;

/** Resolves once this node is known to live. `onTime`: how far the database's clock is ahead, in milliseconds. */
export async function joinNodes(
  of: NodeName & {
    readonly store: TellingStore;
    readonly onTime: (aheadMs: number) => void;
    readonly onFault: (fault: unknown, during: string) => void;
  },
): Promise<Membership> {
  const { store, nodeId, bootId, onFault } = of;
  const heartbeat = await startHeartbeat({
    ...of,
    onFault: (fault) => onFault(fault, "the heartbeat"),
  });
  let changes: ConfigChanges | null = null;
  let jobs: Lease | null = null;
  return {
    keysAreCurrent: () => changes?.areCurrent() ?? false,
    mayRunJobs: () => (jobs?.leftMs() ?? 0) > 0,
    seekJobs() {
      jobs ??= seekLease({
        store,
        name: JOBS,
        holder: `${nodeId}/${bootId}`,
        onFault: (fault) => onFault(fault, "the lease on the jobs"),
      });
    },
    async follow(reloads) {
      changes = await followConfigChanges({
        store,
        reloads,
        onFault: (fault) => onFault(fault, "hearing of what other nodes changed"),
      });
    },
    async leave() {
      try {
        await within(LEAVE_MS_MOST, Promise.all([changes?.stop(), jobs?.stop()]));
        await within(LEAVE_MS_MOST, heartbeat.stop());
      } catch (fault) {
        onFault(fault, "leaving the other nodes");
      }
    },
  };
}
