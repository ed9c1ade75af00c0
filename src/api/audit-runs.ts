/** Keeps the audit that is being asked for part by part: one at a time, and forgotten when nobody asks on. */
import { randomUUID } from "node:crypto";
import { AppError, invalidField } from "../core/errors.ts";
import { type AuditStep, auditSteps, type Difference } from "../ledger/audit/audit.ts";
import { type NotRepaired, repairDifferences } from "../ledger/audit/repair-differences.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Store } from "../store/store.ts";

export interface AuditPart {
  readonly repair: boolean;
  readonly progress: AuditStep["progress"];
  readonly differences: readonly Difference[];
  readonly notRepaired: readonly NotRepaired[];
  /** What the next part is asked for by; null when all is done. */
  readonly next: string | null;
}

/** A part ends with the first of these. */
const PART_MS = 2_000;
const DIFFERENCES_MOST = 1_000;
/** Nobody has asked on for this long: whoever began it is gone. */
const IDLE_MS = 30_000;

interface Run {
  readonly id: string;
  readonly repair: boolean;
  readonly steps: AsyncGenerator<AuditStep>;
  progress: AuditStep["progress"];
  isBusy: boolean;
  askedAt: number;
}

export class AuditRuns {
  private readonly store: Store;
  private readonly ledger: Pick<Ledger, "repair">;
  private readonly partMs: number;
  private run: Run | null = null;

  constructor(parts: {
    readonly store: Store;
    readonly ledger: Pick<Ledger, "repair">;
    readonly partMs?: number;
  }) {
    this.store = parts.store;
    this.ledger = parts.ledger;
    this.partMs = parts.partMs ?? PART_MS;
  }

  /** Throws `conflict` where another audit is being asked for. */
  begin(of: { readonly repair: boolean; readonly actor: string }): Promise<AuditPart> {
    const { run } = this;
    if (run !== null && (run.isBusy || performance.now() - run.askedAt < IDLE_MS)) {
      throw new AppError("conflict", "An audit is running already; wait for its end.");
    }
    const begun: Run = {
      id: randomUUID(),
      repair: of.repair,
      steps: auditSteps(this.store),
      progress: { customers: 0, events: 0, counters: 0, rollups: 0 },
      isBusy: false,
      askedAt: performance.now(),
    };
    this.run = begun;
    return this.part(begun, of.actor);
  }

  /** Refuses (`invalid_request`) a cursor that is not the running audit's. */
  goOn(cursor: string, actor: string): Promise<AuditPart> {
    const { run } = this;
    if (run === null || run.id !== cursor) {
      throw invalidField("cursor", "is of no audit that is running here; begin it anew.");
    }
    if (run.isBusy) throw new AppError("conflict", "This part is being worked on already.");
    return this.part(run, actor);
  }

  private async part(run: Run, actor: string): Promise<AuditPart> {
    run.isBusy = true;
    const startedAt = performance.now();
    const differences: Difference[] = [];
    let isDone = false;
    try {
      do {
        const step = await run.steps.next();
        isDone = step.done === true;
        if (step.done === true) break;
        run.progress = step.value.progress;
        differences.push(...step.value.differences);
      } while (
        performance.now() - startedAt < this.partMs &&
        differences.length < DIFFERENCES_MOST
      );
      const notRepaired = run.repair
        ? await repairDifferences(this.ledger, differences, actor)
        : [];
      const next = isDone ? null : run.id;
      return { repair: run.repair, progress: run.progress, differences, notRepaired, next };
    } catch (cause) {
      isDone = true;
      throw cause;
    } finally {
      run.isBusy = false;
      run.askedAt = performance.now();
      if (isDone) this.run = null;
    }
  }
}
