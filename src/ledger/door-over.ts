/** The ledger's door over whatever runs its batches: collects operations, sends them, gives each its answer. */
import type { Instant } from "../core/instant.ts";
import { faultFrom } from "../store/faults.ts";
import type { Store } from "../store/store.ts";
import { type Batching, batching, type Outcome } from "./batching.ts";
import type { Expired, Ledger, Operation } from "./ledger.ts";
import type { CounterRow } from "./rules/rows.ts";
import type { Answer } from "./rules.ts";
import { unpackAnswer, type WireCounter, type WireResult } from "./wire/answers.ts";
import type { BatchAnswer, BatchMessage } from "./wire/batch.ts";
import { packOperation } from "./wire/operations.ts";

/** What a ledger is opened with on any database. */
export interface LedgerOptions {
  /** The ledger's time on SQLite, and under a test clock: the instant of a call is this clock's when its batch is sent. */
  readonly clock: { now(): Instant };
  /** This node, the same at every start, and this start of it, never the same again. */
  readonly nodeId: string;
  readonly bootId: string;
  /** Names of tags that sums are kept by; left out: none. */
  readonly tags?: readonly string[];
  /** A database thread died; everything is refused from then on. */
  readonly onFault?: (fault: Error) => void;
  /** Told, after each committed batch, what it left in the counters it changed. Costs time: for tests. */
  readonly onCommitted?: (counters: readonly CounterRow[]) => void;
  /** Told of each batch that became durable, and how long that took. */
  readonly onBatch?: (batch: { readonly operations: number; readonly ms: number }) => void;
  /** Told after a batch that wrote alerts: they wait in the outbox. */
  readonly onAlerted?: () => void;
}

export interface OpenedLedger {
  readonly ledger: Ledger;
  readonly store: Store;
  /** Ends the holds of this node's earlier boots, and those that are due. Before any call; resolves with how many. */
  recover(): Promise<number>;
  /** Ends at most `SWEEP_MOST` holds that are due; resolves with how many. */
  sweep(): Promise<number>;
  /** Takes nothing more, lets what runs end, and closes the database. */
  stop(): Promise<void>;
}

/** Holds that one sweep ends: some hundred milliseconds of the database's time. */
const SWEEP_MOST = 1_000;

/** `runBatch` makes one batch durable: what it is given and what it answers are `wire/batch.ts` as JSON. */
export function doorOver(
  options: Pick<LedgerOptions, "onCommitted" | "onBatch" | "onAlerted"> & {
    /** The instant of a batch; null: the database's own. */
    readonly at: () => Instant | null;
    readonly runBatch: (payload: string) => Promise<string>;
  },
): Pick<OpenedLedger, "ledger" | "recover" | "sweep"> & Pick<Batching, "stop"> {
  const batches = batching(async (operations) => {
    const message: BatchMessage = { at: options.at(), operations: operations.map(packOperation) };
    const payload = JSON.stringify(message);
    const sentAt = performance.now();
    // Written by the batch runner on the database's thread, of this same program.
    const { results, alerted, commits } = JSON.parse(
      await options.runBatch(payload),
    ) as BatchAnswer;
    options.onBatch?.({ operations: operations.length, ms: performance.now() - sentAt });
    if (alerted) options.onAlerted?.();
    for (const counters of commits ?? []) options.onCommitted?.(counters.map(counterOf));
    return results.map((result, index) => outcomeOf(result, operations[index]));
  });
  const ledger = doorOf(batches);
  const expire = (deadBoots: boolean): Promise<Expired> =>
    ledger.expire({ kind: "expire", deadBoots, most: SWEEP_MOST });
  return {
    ledger,
    recover: async () => {
      let ended = 0;
      for (;;) {
        // Each round ends holds that were open before this boot, and none is added: it runs out.
        const { count } = await expire(true);
        ended += count;
        if (count < SWEEP_MOST) return ended;
      }
    },
    sweep: async () => (await expire(false)).count,
    stop: () => batches.stop(),
  };
}

function doorOf({ submit }: Batching): Ledger {
  // The rules answer each kind of operation with its own kind of answer.
  const door = {
    reserve: submit,
    settle: submit,
    defer: submit,
    release: submit,
    record: submit,
    correct: submit,
    expire: submit,
    repair: submit,
    preflight: submit,
    look: submit,
    raise: submit,
  };
  return door as Record<keyof Ledger, (operation: never) => Promise<never>>;
}

function outcomeOf(result: WireResult, operation: Operation | undefined): Outcome {
  if (operation === undefined) return new Error("An answer without its operation.");
  return result[0] === "fault"
    ? faultFrom(result[1])
    : (unpackAnswer(result, operation) satisfies Answer);
}

function counterOf([key, used, held]: WireCounter): CounterRow {
  return { ...key, used: BigInt(used), held: BigInt(held) };
}
