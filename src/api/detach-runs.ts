/** Keeps the month that is being detached while it is asked for part by part: one at a time, and ended when nobody asks on. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError, invalidField } from "../core/errors.ts";
import type {
  Counted,
  DetachedMonth,
  DetachMonth,
  MonthToDetach,
} from "../ledger/month-to-detach.ts";

export interface DetachPart {
  /** As it was asked for, `2026-01`. */
  readonly month: string;
  readonly dryRun: boolean;
  readonly counted: Counted;
  /** null: it is being reckoned, and `next` is what the next part is asked for by. */
  readonly done: DetachedMonth | null;
  readonly next: string | null;
}

export interface Asked extends Pick<MonthToDetach, "month" | "now" | "dryRun" | "actor"> {
  readonly name: string;
}

/** A part ends after this long, or with the whole. */
const PART_MS = 2_000;
/** Nobody has asked on for this long: whoever began it is gone. */
const IDLE_MS = 30_000;

interface Run {
  readonly id: string;
  readonly asked: Asked;
  readonly end: AbortController;
  /** Rejects never: what failed is kept for whoever asks. */
  readonly outcome: Promise<{ done: DetachedMonth } | { fault: unknown }>;
  readonly counted: Counted;
  idle: NodeJS.Timeout | undefined;
}

export class DetachRuns {
  private readonly detachMonth: DetachMonth;
  private readonly partMs: number;
  private readonly idleMs: number;
  private run: Run | null = null;

  constructor(
    detachMonth: DetachMonth,
    { partMs = PART_MS, idleMs = IDLE_MS }: { partMs?: number; idleMs?: number } = {},
  ) {
    this.detachMonth = detachMonth;
    this.partMs = partMs;
    this.idleMs = idleMs;
  }

  /** Throws `conflict` where another month is being asked for, and what `detachMonth` throws. */
  begin(asked: Asked): Promise<DetachPart> {
    if (this.run !== null) {
      throw new AppError("conflict", "A month is being detached already. Wait for its end.");
    }
    const end = new AbortController();
    const soFar = { events: 0, balances: 0 };
    const outcome = this.detachMonth({
      ...asked,
      signal: end.signal,
      onProgress: (counted) => Object.assign(soFar, counted),
    }).then(
      (done) => ({ done }),
      (fault: unknown) => ({ fault }),
    );
    const run: Run = { id: randomUUID(), asked, end, outcome, counted: soFar, idle: undefined };
    this.run = run;
    return this.part(run);
  }

  /** Refuses (`invalid_request`) a cursor that is not the running one's. */
  goOn(cursor: string): Promise<DetachPart> {
    const { run } = this;
    if (run === null || run.id !== cursor) {
      throw invalidField("cursor", "is of no month that is being detached here; begin it anew.");
    }
    return this.part(run);
  }

  /** Ends what runs, and resolves when it has ended. */
  async stop(): Promise<void> {
    const { run } = this;
    if (run === null) return;
    this.forget(run);
    await run.outcome;
  }

  private async part(run: Run): Promise<DetachPart> {
    clearTimeout(run.idle);
    const { name: month, dryRun } = run.asked;
    const waited = new AbortController();
    const outcome = await Promise.race([
      run.outcome,
      sleep(this.partMs, null, { signal: waited.signal }).catch(() => null),
    ]);
    waited.abort();
    if (outcome === null) {
      clearTimeout(run.idle);
      run.idle = setTimeout(() => this.forget(run), this.idleMs).unref();
      return { month, dryRun, counted: { ...run.counted }, done: null, next: run.id };
    }
    this.forget(run);
    if ("fault" in outcome) throw outcome.fault;
    return { month, dryRun, counted: outcome.done, done: outcome.done, next: null };
  }

  private forget(run: Run): void {
    clearTimeout(run.idle);
    run.end.abort(new Error("Nobody asks for the month that was being detached."));
    if (this.run === run) this.run = null;
  }
}
