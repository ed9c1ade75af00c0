/** One node at a time has the lease: whatever stalls, never two; whoever ends, another gets it. */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type Lease, seekLease } from "../../src/nodes/lease.ts";
import { openPostgresStore, type PostgresStore } from "../../src/store/postgres/open.ts";
import { newDatabase, whyNoPostgres } from "../postgres/shared-database.ts";
import type { Belief, Seeker } from "./lease-seeker.ts";

const missing = whyNoPostgres();

let url: string;
let store: PostgresStore;
const leases: Lease[] = [];

describe.skipIf(missing !== null)(
  missing === null ? "on PostgreSQL" : `skipped: ${missing}`,
  () => {
    beforeEach(async () => {
      const database = await newDatabase();
      url = database.url;
      store = await openPostgresStore({ url });
      return () => database.drop();
    });
    afterEach(async () => {
      await Promise.all(leases.splice(0).map((lease) => lease.stop()));
      await store.close();
    });

    test("five threads that stall as long as they like never hold it two at a time, and the last of them has it", async () => {
      const seed = Date.now();
      const seekers = ["a", "b", "c", "d", "e"].map((holder, index) => ({
        ...{ url, holder, termMs: 200, renewEveryMs: 30, marginMs: 50, stallMs: 400 },
        // One after another ends, in order or not; the last has time left for a term that runs out, and its own stalls.
        ...{ forMs: 3_500 + index * 400 + (index === 4 ? 2_500 : 0), stops: index % 2 === 0 },
        seed: seed + index,
      }));
      const beliefs = (await Promise.all(seekers.map(beliefsOf))).flat();
      const words = `with seed ${seed}`;
      expect(overlaps(beliefs), words).toEqual([]);
      const last = beliefs.reduce((one, other) => (one.from > other.from ? one : other));
      expect(last.holder, words).toBe("e");
    });

    test("kept, it is its holder's; given up, it is free at once", async () => {
      const day = { termMs: 86_400_000, marginMs: 0, renewEveryMs: 20 };
      const first = seek("first", day);
      await expect.poll(() => first.leftMs()).toBeGreaterThan(0);
      const second = seek("second", day);
      await sleep(200);
      expect(second.leftMs()).toBe(0);
      await first.stop();
      expect(first.leftMs()).toBe(0);
      await expect.poll(() => second.leftMs()).toBeGreaterThan(0);
    });

    test("a holder that is gone is followed when its term is over", async () => {
      const until = BigInt(Date.now() + 500);
      const row = { name: "jobs", holder: "dead/boot", until };
      await store.write([store.db.insertInto("leases").values(row)]);
      const next = seek("next", { renewEveryMs: 20 });
      await expect.poll(() => next.leftMs(), { interval: 5 }).toBeGreaterThan(0);
      expect(Date.now()).toBeGreaterThanOrEqual(Number(until));
    });

    test("a holder whom the database does not answer counts it lost while it is still its own, and regains it", async () => {
      const lease = seek("a", { termMs: 30_000, marginMs: 29_000, renewEveryMs: 50 });
      await expect.poll(() => lease.leftMs()).toBeGreaterThan(0);
      const sql = postgres(url, { max: 1 });
      onTestFinished(() => sql.end());
      await sql.begin(async (locking) => {
        // Every renewal waits for this row.
        await locking`select from leases for update`;
        await expect.poll(() => lease.leftMs(), { interval: 5 }).toBe(0);
        const [row] = await locking`select holder, until > purser_now() as is_kept from leases`;
        expect(row).toEqual({ holder: "a", is_kept: true });
      });
      await expect.poll(() => lease.leftMs()).toBeGreaterThan(0);
    });
  },
);

function seek(holder: string, times: Partial<Parameters<typeof seekLease>[0]>): Lease {
  const lease = seekLease({ store, name: "jobs", holder, onFault: () => undefined, ...times });
  leases.push(lease);
  return lease;
}

function beliefsOf(seeker: Seeker): Promise<readonly Belief[]> {
  const thread = new Worker(new URL("./lease-seeker.ts", import.meta.url), { workerData: seeker });
  return new Promise((resolve, reject) => {
    thread.on("message", resolve).on("error", reject);
  });
}

/** Those in which one believed to hold it while another did. */
function overlaps(beliefs: readonly Belief[]): readonly (readonly [Belief, Belief])[] {
  const inOrder = [...beliefs].sort((one, other) => one.from - other.from);
  const found: [Belief, Belief][] = [];
  let latest = inOrder[0];
  for (const belief of inOrder) {
    if (latest !== undefined && belief.holder !== latest.holder && belief.from < latest.to) {
      found.push([latest, belief]);
    }
    if (latest === undefined || belief.to > latest.to) latest = belief;
  }
  return found;
}
