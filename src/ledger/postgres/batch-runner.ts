/** Runs the ledger's batches on PostgreSQL; an operation that cannot be applied fails alone. */
import { AppError } from "../../core/errors.ts";
import type { Instant } from "../../core/instant.ts";
import { faultWords } from "../../store/faults.ts";
import { isAway, isUnique } from "../../store/postgres/faults.ts";
import { openLanes } from "../../store/postgres/lane.ts";
import type { Operation } from "../ledger.ts";
import type { Changes } from "../rules/rows.ts";
import { packAnswer, type WireCounter, type WireResult } from "../wire/answers.ts";
import { type BatchAnswer, type BatchMessage, countersOf } from "../wire/batch.ts";
import { unpackOperation } from "../wire/operations.ts";
import { type Committed, commitBatch, type LedgerNode } from "./commit-batch.ts";
import { parseStorable } from "./json-rows.ts";
import { Known } from "./known.ts";

/** What the ledger's thread is given at its start. */
export interface PostgresLedgerSettings {
  readonly url: string;
  readonly nodeId: string;
  readonly bootId: string;
  readonly declaredTags: readonly string[];
  /** Report the counters that each commit leaves (tests look at every one). */
  readonly reportCommits: boolean;
}

/** Batches that run at once: one is at the disk while the next is decided. */
const LANES = 4;

export interface PostgresBatches {
  run(payload: string): Promise<string>;
  stop(): Promise<void>;
}

export function postgresBatches(settings: PostgresLedgerSettings): PostgresBatches {
  const lanes = openLanes({ url: settings.url, purpose: "ledger", most: LANES });
  const node: LedgerNode = { ...settings, lanes, known: new Known() };
  return {
    async run(payload) {
      const message = parseStorable<BatchMessage>(payload);
      const commits: WireCounter[][] = [];
      let alerted = false;
      const operations = message.operations.map(unpackOperation);
      const results = await run(node, operations, {
        at: message.at,
        committed: (changes) => {
          commits.push(countersOf(changes));
          alerted ||= changes.alerts.length > 0;
        },
      });
      const answer: BatchAnswer = settings.reportCommits
        ? { results, alerted, commits }
        : { results, alerted };
      return JSON.stringify(answer);
    },
    stop: () => lanes.close(),
  };
}

interface Told {
  readonly at: Instant | null;
  readonly committed: (changes: Changes) => void;
}

/** Where one operation is to blame (and not the database), its batch is halved until it stands by itself. */
async function run(
  node: LedgerNode,
  operations: readonly Operation[],
  told: Told,
): Promise<WireResult[]> {
  try {
    return await commit(node, operations, told);
  } catch (fault) {
    if (operations.length === 1 || isAway(fault)) {
      const words = faultWords(wordsFor(fault));
      return operations.map(() => ["fault", words] as const);
    }
    const half = Math.ceil(operations.length / 2);
    return [
      ...(await run(node, operations.slice(0, half), told)),
      ...(await run(node, operations.slice(half), told)),
    ];
  }
}

async function commit(
  node: LedgerNode,
  operations: readonly Operation[],
  told: Told,
): Promise<WireResult[]> {
  const { answers, changes } = await commitSeen(node, operations, told.at);
  told.committed(changes);
  return answers.map((answer, index) => {
    const operation = operations[index];
    if (operation === undefined) throw new Error("Each operation has one answer.");
    return packAnswer(answer, operation);
  });
}

/** The operator's marks are under no customer's lock, so several nodes may be first with one again and again. */
const ATTEMPTS_MOST = 5;

async function commitSeen(
  node: LedgerNode,
  operations: readonly Operation[],
  at: Instant | null,
): Promise<Committed> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await commitBatch(node, operations, at);
    } catch (fault) {
      if (!isUnique(fault) || attempt === ATTEMPTS_MOST) throw fault;
      // Another node wrote what we thought was not there; now it is seen.
      node.known.forget();
    }
  }
}

/** Of a database that is away; what it says of a statement may hold a customer's values, and is another kind of fault. */
function wordsFor(fault: unknown): unknown {
  if (!isAway(fault)) return fault;
  const what = fault instanceof Error ? fault.message : String(fault);
  return new AppError(
    "enforcement_unavailable",
    `The database did not answer (${what}). Nothing can be allowed without it; try again shortly.`,
  );
}
