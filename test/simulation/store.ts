/** The simulated database: whole batches one after another, by the real rules; slow, away or silent as the seed draws. */

import { type Instant, instant } from "../../src/core/instant.ts";
import type { Operation } from "../../src/ledger/ledger.ts";
import type { Changes, LedgerRows } from "../../src/ledger/rules/rows.ts";
import type { Answer } from "../../src/ledger/rules.ts";
import { packAnswer, type WireResult } from "../../src/ledger/wire/answers.ts";
import type { BatchAnswer, BatchMessage } from "../../src/ledger/wire/batch.ts";
import { unpackOperation } from "../../src/ledger/wire/operations.ts";
import { faultWords } from "../../src/store/faults.ts";
import type { Chance } from "./chance.ts";
import type { Scheduler } from "./scheduler.ts";
import { StoredRows } from "./stored-rows.ts";
import type { Verdict } from "./verdict.ts";
import { WireWatch } from "./wire-watch.ts";
import type { World } from "./world.ts";

/** `applyOperations`, or a deliberately faulty one. */
export type Rules = (
  rows: LedgerRows,
  operations: readonly Operation[],
) => { answers: Answer[]; changes: Changes };

/** One committed batch, as whoever judges it sees it. */
export interface Commit {
  readonly at: Instant;
  readonly nodeId: string;
  readonly bootId: string;
  readonly operations: readonly Operation[];
  readonly answers: readonly Answer[];
  readonly changes: Changes;
}

/** An operation that the rules refused to apply at all. */
export type Refused = Pick<Commit, "at" | "nodeId" | "bootId"> & {
  readonly operation: Operation;
  readonly fault: unknown;
};

export interface Judge {
  committed(commit: Commit): void;
  refused(refused: Refused): void;
}

/** What goes wrong at the moment, in so many of a hundred batches. */
export interface StoreFaults {
  /** Nothing gets through, and whoever asks is told so. */
  isAway: boolean;
  /** The connection breaks before the commit: nothing has happened, and the node does not know. */
  lostBefore: number;
  /** It breaks after the commit: all has happened, and the node does not know. */
  lostAfter: number;
  /** A serialisation failure: the node is told, and tries again. */
  aborted: number;
}

/** How often a node tries a batch that did not happen, and how often it looks what became of one. */
const TRIES_MOST = 3;
const LOOKS_MOST = 4;
const LOOK_AGAIN_MS = 400;
export const QUICK_MS = 4;

export class SimulatedStore {
  readonly rows: StoredRows;
  readonly wire: WireWatch;
  readonly faults: StoreFaults = { isAway: false, lostBefore: 0, lostAfter: 0, aborted: 0 };
  /** Commits are this slow at most, in milliseconds. */
  delayMostMs: number = QUICK_MS;
  /** By how much the ledger's clock is ahead of simulated time since the beginning. */
  clockAheadMs = 0;
  /** The next commit happens exactly then. */
  landsAt: Instant | null = null;
  judge: Judge | null = null;
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;
  readonly #verdict: Verdict;
  readonly #rules: Rules;

  constructor(parts: {
    world: World;
    scheduler: Scheduler;
    chance: Chance;
    verdict: Verdict;
    rules: Rules;
  }) {
    this.rows = new StoredRows(parts.world);
    this.#scheduler = parts.scheduler;
    this.#chance = parts.chance;
    this.#verdict = parts.verdict;
    this.wire = new WireWatch(parts.verdict);
    this.#rules = parts.rules;
  }

  /** Ledger time. */
  now(): Instant {
    return instant(this.rows.world.beginsAt + this.#scheduler.nowMs + this.clockAheadMs);
  }

  /** A node's batch, as `doorOver` sends it. A node that dies meanwhile hears nothing; its batch may happen all the same. */
  runBatch(node: { nodeId: string; bootId: string }, payload: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const { owner } = this.#scheduler;
      const tell = (run: () => void): void => {
        this.#scheduler.after(this.#chance.below(this.delayMostMs), run, owner);
      };
      const attempt = (tries: number): void => {
        // The database's own step: it happens whether or not the node still lives.
        this.#scheduler.after(
          this.#chance.below(this.delayMostMs),
          () => {
            // What a dying node has sent may be on its way, or may go down with it.
            if (owner?.alive === false && this.#chance.percent(50)) return;
            this.#arrive({ node, payload, tries, tell, attempt, resolve, reject });
          },
          null,
        );
      };
      attempt(1);
    });
  }

  #arrive(batch: Arrived): void {
    const { node, payload, tries, tell, attempt, resolve, reject } = batch;
    const again = (): void => {
      if (tries < TRIES_MOST) attempt(tries + 1);
      else reject(new Error("The batch could not be made durable."));
    };
    const { isAway, aborted, lostBefore, lostAfter } = this.faults;
    if (isAway) {
      tell(() => reject(new Error("The database is away.")));
    } else if (this.#chance.percent(aborted)) {
      tell(again);
    } else if (this.#chance.percent(lostBefore)) {
      this.#verdict.say(() => `store: ${node.nodeId}'s connection breaks before its commit`);
      tell(() => this.#look({ known: again, reject, tell }, 1));
    } else {
      const answer = this.#commitAll(node, payload);
      const known = (): void => resolve(answer);
      const isLost = this.#chance.percent(lostAfter);
      if (isLost)
        this.#verdict.say(() => `store: ${node.nodeId}'s connection breaks after its commit`);
      tell(isLost ? () => this.#look({ known, reject, tell }, 1) : known);
    }
  }

  /** The node asks by the transaction's id what became of it. Where that cannot be told either, it must assume nothing. */
  #look(
    node: Pick<Arrived, "reject" | "tell"> & { readonly known: () => void },
    looks: number,
  ): void {
    if (!this.faults.isAway && this.#chance.percent(80)) node.known();
    else if (looks >= LOOKS_MOST) node.reject(new Error("Nobody can say whether it happened."));
    else {
      const next = (): void => node.tell(() => this.#look(node, looks + 1));
      this.#scheduler.after(LOOK_AGAIN_MS, next);
    }
  }

  #commitAll(node: { nodeId: string; bootId: string }, payload: string): string {
    const { operations } = JSON.parse(payload) as BatchMessage;
    if (this.landsAt !== null) {
      this.clockAheadMs += this.landsAt - this.now();
      this.landsAt = null;
    }
    this.rows.at = this.now();
    this.rows.nodeId = node.nodeId;
    this.rows.bootId = node.bootId;
    const results = this.#run(operations.map(unpackOperation));
    return JSON.stringify({ results, alerted: false } satisfies BatchAnswer);
  }

  /** As src/ledger/sqlite/batch-runner.ts: an operation that cannot be applied fails alone. */
  #run(operations: readonly Operation[]): WireResult[] {
    const { at, nodeId, bootId } = this.rows;
    const by = { at, nodeId, bootId };
    let result: ReturnType<Rules>;
    try {
      result = this.#rules(this.rows, operations);
      this.rows.apply(result.changes);
    } catch (fault) {
      const [operation] = operations;
      if (operations.length === 1 && operation !== undefined) {
        this.judge?.refused({ ...by, operation, fault });
        return [["fault", faultWords(fault)]];
      }
      const half = Math.ceil(operations.length / 2);
      return [...this.#run(operations.slice(0, half)), ...this.#run(operations.slice(half))];
    }
    this.#verdict.say(() => wordsOf(by, operations, result.answers));
    this.judge?.committed({ ...by, operations, ...result });
    return result.answers.map((answer, index) => {
      const operation = operations[index];
      if (operation === undefined) throw new Error("Each operation has one answer.");
      this.wire.committed(operation, answer);
      return packAnswer(answer, operation);
    });
  }
}

interface Arrived {
  readonly node: { nodeId: string; bootId: string };
  readonly payload: string;
  readonly tries: number;
  /** Something that the node hears, if it lives. */
  readonly tell: (run: () => void) => void;
  readonly attempt: (tries: number) => void;
  readonly resolve: (answer: string) => void;
  readonly reject: (fault: Error) => void;
}

function wordsOf(
  { at, nodeId, bootId }: Pick<Commit, "at" | "nodeId" | "bootId">,
  operations: readonly Operation[],
  answers: readonly Answer[],
): string {
  const each = operations.map((operation, index) => {
    const id = "id" in operation ? operation.id : "eventId" in operation ? operation.eventId : "";
    const answer = answers[index];
    const count = answer?.kind === "expired" ? ` ${answer.count}` : "";
    return `${operation.kind} ${id} -> ${answer?.kind}${count}`;
  });
  return `store: ${new Date(at).toISOString()} ${nodeId}/${bootId} commits ${each.join(", ")}`;
}
