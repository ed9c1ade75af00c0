/** Once a day, at a time of the installation's own, recounts everything from the log and tells the operator what differs. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DAY_MS, HOUR_MS, type Instant, instant, MINUTE_MS } from "../core/instant.ts";
import { windowAt } from "../core/periods/window.ts";
import { type AuditStep, auditSteps, type Difference } from "../ledger/audit/audit.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { DEPLOYMENT } from "../ledger/rules/subjects.ts";
import type { Store } from "../store/store.ts";
import { type Repeating, repeat } from "./repeat.ts";

/** The name in `meta` of what the last run found. */
const LAST_AUDIT = "last_audit";
/** Calls and reports get the reader in between. */
const PACE_MS = 5;
/** Differences that the alert names; the audit itself shows them all. */
const NAMED_MOST = 10;

interface AuditOptions {
  readonly store: Store;
  readonly ledger: Pick<Ledger, "raise">;
  readonly clock: { now(): Instant };
  /** The same for all nodes of an installation, another for others: its time of the day follows from it. */
  readonly spreadBy: string;
}

/** A day's run is begun once: what it found is noted for all nodes. One that fails is tried again after an hour. */
export function startDailyAudit(
  options: AuditOptions & {
    /** Is it this node's work now? Left out: always. */
    readonly mayRun?: () => boolean;
    /** How often it is looked whether a run is due. */
    readonly everyMs?: number;
    readonly onFault: (fault: unknown) => void;
  },
): Repeating {
  const { clock, mayRun = () => true, everyMs = MINUTE_MS, onFault } = options;
  let notBefore = instant(0);
  return repeat({
    everyMs,
    mayRun,
    onFault,
    async round(isStopped) {
      if (clock.now() < notBefore) return;
      try {
        await auditIfDue(options, isStopped);
      } catch (fault) {
        notBefore = instant(clock.now() + HOUR_MS);
        throw fault;
      }
    },
  });
}

/** The latest instant, not after `now`, at which a run was due. */
export function lastDue(now: Instant, spreadBy: string): Instant {
  const offsetMs = createHash("sha256").update(spreadBy).digest().readUInt32BE() % DAY_MS;
  const today = now - (now % DAY_MS) + offsetMs;
  return instant(Math.max(0, today <= now ? today : today - DAY_MS));
}

async function auditIfDue(options: AuditOptions, isStopped: () => boolean): Promise<void> {
  const { store, ledger, clock } = options;
  const dueAt = lastDue(clock.now(), options.spreadBy);
  if ((await lastRunDueAt(store)) >= dueAt) return;
  const differences: Difference[] = [];
  let progress: AuditStep["progress"] | undefined;
  for await (const step of auditSteps(store)) {
    // Another node's turn, or the end: the day's run is begun anew by whoever has it.
    if (isStopped()) return;
    progress = step.progress;
    differences.push(...step.differences);
    await sleep(PACE_MS);
  }
  const outcome = { dueAt, at: clock.now(), differences, progress };
  // Told first: a run that was broken off here is begun anew, and tells nobody twice.
  if (differences.length > 0) await tell(ledger, outcome);
  await note(store, outcome);
}

/** 0 where there was none. */
async function lastRunDueAt({ db }: Store): Promise<number> {
  const row = await db
    .selectFrom("meta")
    .select("value")
    .where("name", "=", LAST_AUDIT)
    .executeTakeFirst();
  // Written below.
  return row === undefined ? 0 : (JSON.parse(row.value) as { due_at: number }).due_at;
}

interface Outcome {
  readonly dueAt: Instant;
  readonly at: Instant;
  readonly differences: readonly Difference[];
  readonly progress: AuditStep["progress"] | undefined;
}

async function note(store: Store, outcome: Outcome): Promise<void> {
  const { dueAt, at, differences, progress } = outcome;
  const value = JSON.stringify({ due_at: dueAt, at, differences: differences.length, ...progress });
  await store.write([
    store.db
      .insertInto("meta")
      .values({ name: LAST_AUDIT, value })
      .onConflict((conflict) => conflict.column("name").doUpdateSet({ value })),
  ]);
}

/** The mark makes it one a day, whoever else has looked. */
async function tell(ledger: Pick<Ledger, "raise">, { at, differences }: Outcome): Promise<void> {
  const named = differences.slice(0, NAMED_MOST).map(({ what, found, expected }) => ({
    what,
    found: found.toString(),
    expected: expected.toString(),
  }));
  await ledger.raise({
    kind: "raise",
    customerId: DEPLOYMENT,
    mark: { counterKey: `audit_difference ${at - (at % DAY_MS)}`, cap: 0n, threshold: 100 },
    told: {
      kind: "audit_difference",
      facts: { count: differences.length, differences: named },
    },
    threshold: 100,
    periodStart: windowAt("month", at, at).start,
  });
}
