/** Opens the embedded ledger: its door, the store beside it, and what starts, sweeps and stops it. */
import type { Instant } from "../../core/instant.ts";
import { type FaultWords, faultFrom } from "../../store/sqlite/messages.ts";
import { openSqliteStore } from "../../store/sqlite/open.ts";
import type { Store } from "../../store/store.ts";
import type { Batching, Outcome } from "../batching.ts";
import { batching } from "../batching.ts";
import type { Expired, Ledger, Operation } from "../ledger.ts";
import type { CounterRow } from "../rules/rows.ts";
import type { Answer } from "../rules.ts";
import type { BatchAnswer, BatchMessage, LedgerSettings } from "./batch-runner.ts";
import { unpackAnswer, type WireCounter, type WireResult } from "./wire-answers.ts";
import { packOperation } from "./wire-operations.ts";

export interface LedgerOptions {
  readonly file: string;
  /** The ledger's time: the instant of a call is this clock's when its batch is sent. */
  readonly clock: { now(): Instant };
  /** This node, the same at every start, and this start of it, never the same again. */
  readonly nodeId: string;
  readonly bootId: string;
  /** A database thread died; everything is refused from then on. */
  readonly onFault?: (fault: Error) => void;
  /** Told, after each committed batch, what it left in the counters it changed. Costs time: for tests. */
  readonly onCommitted?: (counters: readonly CounterRow[]) => void;
  /** Told of each batch that became durable, and how long that took. */
  readonly onBatch?: (batch: { readonly operations: number; readonly ms: number }) => void;
}

export interface OpenedLedger {
  readonly ledger: Ledger;
  readonly store: Store;
  /** Ends the holds of this node's earlier boots, and those that are due. Before any call; resolves with how many. */
  recover(): Promise<number>;
  /** Ends at most `SWEEP_MOST` holds that are due; resolves with how many. */
  sweep(): Promise<number>;
  /** Takes nothing more, lets what runs end, and closes the files. */
  stop(): Promise<void>;
}

/** Holds that one sweep ends: some hundred milliseconds of the writer's time. */
const SWEEP_MOST = 1_000;

/** Creates or migrates the file. The data folder's lock is the caller's to take first (store/sqlite/lock.ts). */
export async function openSqliteLedger(options: LedgerOptions): Promise<OpenedLedger> {
  const { file, clock, nodeId, bootId, onFault, onCommitted } = options;
  const extra: LedgerSettings = { nodeId, bootId, reportCommits: onCommitted !== undefined };
  const { store, writer } = await openSqliteStore({
    file,
    writer: new URL(import.meta.url.replace(/open(\.[jt]s)$/, "writer$1")),
    extra,
    ...(onFault === undefined ? {} : { onFault }),
  });
  const batches = batching(async (operations) => {
    const message: BatchMessage = { at: clock.now(), operations: operations.map(packOperation) };
    const payload = JSON.stringify(message);
    const sentAt = performance.now();
    // Written by ledgerBatches on the writer thread, of this same program.
    const text = (await writer.request({ kind: "batch", payload })) as string;
    const { results, commits } = JSON.parse(text) as BatchAnswer;
    options.onBatch?.({ operations: operations.length, ms: performance.now() - sentAt });
    for (const counters of commits ?? []) onCommitted?.(counters.map(counterOf));
    return results.map((result, index) => outcomeOf(result, operations[index]));
  });
  const ledger = doorOf(batches);
  const expire = (deadBoots: boolean): Promise<Expired> =>
    ledger.expire({ kind: "expire", deadBoots, most: SWEEP_MOST });
  return {
    ledger,
    store,
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
    stop: async () => {
      await batches.stop();
      await store.close();
    },
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
  };
  return door as Record<keyof Ledger, (operation: never) => Promise<never>>;
}

function outcomeOf(result: WireResult, operation: Operation | undefined): Outcome {
  if (operation === undefined) return new Error("An answer without its operation.");
  return result[0] === "fault"
    ? faultOf(result[1])
    : (unpackAnswer(result, operation) satisfies Answer);
}

function faultOf(words: FaultWords): Error {
  return faultFrom(words);
}

function counterOf([key, used, held]: WireCounter): CounterRow {
  return { ...key, used: BigInt(used), held: BigInt(held) };
}
