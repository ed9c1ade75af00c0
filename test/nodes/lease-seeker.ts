/** A thread that seeks a lease, stalls now and then as a busy or frozen process does, and writes down when it believed to hold it. */
import { parentPort, workerData } from "node:worker_threads";
import { seekLease } from "../../src/nodes/lease.ts";
import { openPostgresStore } from "../../src/store/postgres/open.ts";

export interface Seeker {
  readonly url: string;
  readonly holder: string;
  readonly termMs: number;
  readonly renewEveryMs: number;
  readonly marginMs: number;
  /** It lives this long, then it stops in order or is gone as if killed. */
  readonly forMs: number;
  readonly stops: boolean;
  /** The longest stall. */
  readonly stallMs: number;
  /** Its chance. */
  readonly seed: number;
}

/** It was told at `from` that it has the lease until then; by the machine's monotonic clock, in milliseconds. */
export interface Belief {
  readonly holder: string;
  readonly from: number;
  readonly to: number;
}

const CLEAR_MS = 3;

const seeker = workerData as Seeker;
const chance = chanceOf(seeker.seed);
const store = await openPostgresStore({ url: seeker.url });
const lease = seekLease({
  ...seeker,
  store: {
    ...store,
    write(statements) {
      const answer = store.write(statements);
      // The worst moment: asked, and the answer lies unread while the term runs.
      if (chance() < 0.2) setTimeout(() => stall(chance() * seeker.stallMs), chance() * 8);
      return answer;
    },
  },
  name: "jobs",
  onFault: () => undefined,
});
const beliefs: Belief[] = [];

const until = now() + seeker.forMs;
while (now() < until) {
  await new Promise((resolve) => setTimeout(resolve, CLEAR_MS));
  note();
  if (chance() < 0.01) {
    stall(chance() * seeker.stallMs);
    // The first thing that a thawed process does is the work it was at.
    note();
  }
}
const endedAt = now();
// One that is killed leaves its lease to run out.
if (seeker.stops) await lease.stop();
parentPort?.postMessage(beliefs.map((belief) => ({ ...belief, to: Math.min(belief.to, endedAt) })));
process.exit();

function note(): void {
  const from = now();
  const leftMs = lease.leftMs();
  if (leftMs > 0) beliefs.push({ holder: seeker.holder, from, to: from + leftMs });
}

/** Common to all threads of the process. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Mulberry32: small, and the same from the same seed. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
