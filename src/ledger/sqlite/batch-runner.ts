/** Runs a batch of the ledger on the writer thread: rows, rules, rows, in one transaction. */
import { instant } from "../../core/instant.ts";
import { faultWords } from "../../store/faults.ts";
import { type Connection, inTransaction } from "../../store/sqlite/connection.ts";
import { BUSY, DiskFault, primaryCode } from "../../store/sqlite/disk-fault.ts";
import type { BatchRunner } from "../../store/sqlite/serve-writer.ts";
import type { Operation } from "../ledger.ts";
import { applyOperations } from "../rules.ts";
import { packAnswer, type WireCounter, type WireResult } from "../wire/answers.ts";
import { type BatchAnswer, type BatchMessage, countersOf } from "../wire/batch.ts";
import { unpackOperation } from "../wire/operations.ts";
import { SqliteRows } from "./rows.ts";

import { writeChanges } from "./write-changes.ts";

/** What the ledger's thread is given at its start. */
export interface LedgerSettings {
  readonly nodeId: string;
  readonly bootId: string;
  readonly declaredTags: readonly string[];
  /** Report the counters that each commit leaves (tests look at every one). */
  readonly reportCommits: boolean;
}

export function ledgerBatches(connection: Connection, settings: LedgerSettings): BatchRunner {
  const rows = new SqliteRows(connection, { ...settings, at: instant(0) });
  const commits: WireCounter[][] = [];
  let alerted = false;

  const commit = (operations: readonly Operation[]): WireResult[] => {
    const { answers, changes } = inTransaction(connection.db, () => {
      const result = applyOperations(rows, operations);
      writeChanges(connection, result.changes, (row) => rows.counterId(row));
      return result;
    });
    rows.committed(changes);
    alerted ||= changes.alerts.length > 0;
    if (settings.reportCommits) commits.push(countersOf(changes));
    return answers.map((answer, index) => {
      const operation = operations[index];
      if (operation === undefined) throw new Error("Each operation has one answer.");
      return packAnswer(answer, operation);
    });
  };

  /** An operation that cannot be applied fails alone: its batch is halved until it stands by itself. */
  const run = (operations: readonly Operation[]): WireResult[] => {
    try {
      return commit(operations);
    } catch (fault) {
      rows.forgetAll();
      // Of a fault of the file no operation is to blame, so halving helps none.
      if (operations.length === 1 || fault instanceof DiskFault || primaryCode(fault) === BUSY) {
        return operations.map(() => ["fault", faultWords(fault)] as const);
      }
      const half = Math.ceil(operations.length / 2);
      return [...run(operations.slice(0, half)), ...run(operations.slice(half))];
    }
  };

  return {
    run: (payload) => {
      // Written by batching on the main thread, of this same program.
      const { at, operations } = JSON.parse(payload) as BatchMessage;
      if (at === null) throw new Error("On SQLite the process's clock is the ledger's.");
      rows.at = at;
      alerted = false;
      const results = run(operations.map(unpackOperation));
      const answer: BatchAnswer = settings.reportCommits
        ? { results, alerted, commits: commits.splice(0) }
        : { results, alerted };
      return { answer: JSON.stringify(answer), changes: operations.length };
    },
    forget: (sql) => rows.forget(sql),
  };
}
