/** Lets one node at a time do a work: it renews its lease on it every few seconds, and another takes over when it does not. */
import { sql } from "kysely";
import type { Store } from "../store/store.ts";
import { databaseNow } from "./database-clock.ts";
import { pulse } from "./pulse.ts";

export interface Lease {
  /** For how long this node surely has it still, in milliseconds; 0: it does not. */
  leftMs(): number;
  /** Gives it up, so that another node need not wait for its end. The work must have stopped. */
  stop(): Promise<void>;
}

export interface LeaseOptions {
  readonly store: Store;
  /** Which work. */
  readonly name: string;
  /** Who asks: this start of this node. */
  readonly holder: string;
  readonly onFault: (fault: unknown) => void;
  /** How long the database keeps it for its holder. */
  readonly termMs?: number;
  readonly renewEveryMs?: number;
  /** The holder counts it lost this much before the database does: for clocks that drift, and work that was just begun. */
  readonly marginMs?: number;
}

const TERM_MS = 10_000;
const RENEW_EVERY_MS = 2_500;
const MARGIN_MS = 2_500;

/** Seeks it at once, and goes on until stopped. A fault means that it runs out here, before it does in the database. */
export function seekLease(options: LeaseOptions): Lease {
  const { store, name, holder, termMs = TERM_MS, renewEveryMs = RENEW_EVERY_MS } = options;
  const { marginMs = MARGIN_MS } = options;
  // The term began after this moment, by the database's clock.
  let askedAt: Moment | null = null;
  let answeredOf = Number.NEGATIVE_INFINITY;

  const round = async (): Promise<void> => {
    const asked = moment();
    const [rows] = await store.write([taking(store, { name, holder, termMs })]);
    // A round that was given up may end after a later one: that one's answer stands.
    if (asked.monotonicMs < answeredOf) return;
    answeredOf = asked.monotonicMs;
    askedAt = (rows ?? []).length > 0 ? asked : null;
  };
  const seeking = pulse({
    round,
    everyMs: renewEveryMs,
    limitMs: termMs,
    onFault: options.onFault,
  });
  return {
    leftMs: () => (askedAt === null ? 0 : Math.max(0, termMs - marginMs - sinceMs(askedAt))),
    async stop() {
      await seeking.stop();
      answeredOf = Number.POSITIVE_INFINITY;
      askedAt = null;
      const { db } = store;
      await store.write([
        db.deleteFrom("leases").where("name", "=", name).where("holder", "=", holder),
      ]);
    },
  };
}

/** Takes or renews it, and returns a row, where it is free, ours, or over. */
function taking({ db }: Store, of: { name: string; holder: string; termMs: number }) {
  const until = sql<bigint>`${databaseNow} + ${of.termMs}::bigint`;
  return db
    .insertInto("leases")
    .values({ name: of.name, holder: of.holder, until })
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet({ holder: of.holder, until })
        .where(({ eb, or }) =>
          or([eb("leases.holder", "=", of.holder), eb("leases.until", "<", databaseNow)]),
        ),
    )
    .returning("until");
}

interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

function moment(): Moment {
  return { monotonicMs: performance.now(), wallMs: Date.now() };
}

/** By whichever clock more has gone by: one may be set back, the other stands still while the machine sleeps. */
function sinceMs({ monotonicMs, wallMs }: Moment): number {
  return Math.max(performance.now() - monotonicMs, Date.now() - wallMs);
}
