/** Runs one batch in one transaction: opens it, runs the rules until nothing is missing, writes and commits. */
import type { Instant } from "../../core/instant.ts";
import type { PlanVersion } from "../../core/plans/plan.ts";
import type { Lanes } from "../../store/postgres/lane.ts";
import { type Transaction, transact } from "../../store/postgres/transaction.ts";
import type { Operation } from "../ledger.ts";
import { planFrom, type SqlRow } from "../read-rows.ts";
import type { Changes } from "../rules/rows.ts";
import { type Answer, applyOperations } from "../rules.ts";
import type { CountersRead, OpenedBatch } from "./batch-rows.ts";
import { counterChanges } from "./counter-changes.ts";
import type { Known } from "./known.ts";
import type { Misses } from "./misses.ts";
import { openRequest } from "./open-request.ts";
import { packChanges } from "./pack-changes.ts";
import { type Reach, ReachTooShort } from "./reach.ts";
import { markKey, PostgresRows } from "./rows.ts";
import { writeRepairs } from "./write-repairs.ts";

export interface LedgerNode {
  readonly nodeId: string;
  readonly bootId: string;
  readonly declaredTags: readonly string[];
  readonly lanes: Lanes;
  readonly known: Known;
}

export interface Committed {
  readonly answers: readonly Answer[];
  readonly changes: Changes;
}

/** A first pass finds the counters, a second decides; more only where a threshold was reached or a plan is new here. */
const PASSES_MOST = 8;

/** Begins with this node's own rows, and again with all nodes' where those do not suffice. */
export async function commitBatch(
  node: LedgerNode,
  operations: readonly Operation[],
  at: Instant | null,
): Promise<Committed> {
  let reach: Reach = node.known.isUsedUp ? "all" : "own";
  for (;;) {
    const reaching = reach;
    try {
      return await transact(node.lanes, (transaction) =>
        runOnce(node, transaction, { operations, at, reach: reaching }),
      );
    } catch (fault) {
      if (!(fault instanceof ReachTooShort) || reach === "alone") throw fault;
      reach = fault.needed;
    }
  }
}

async function runOnce(
  node: LedgerNode,
  transaction: Transaction,
  batch: { operations: readonly Operation[]; at: Instant | null; reach: Reach },
): Promise<Committed> {
  const { known } = node;
  const request = openRequest(batch.operations, { ...node, ...batch });
  const opened = await ask<OpenedBatch>(
    transaction,
    "select purser_open_batch($1::text::json)::text as answer",
    request,
  );
  const rows = new PostgresRows(opened, { ...node, reach: batch.reach });
  const { answers, changes } = await decide(node, transaction, rows, batch.operations);
  const counters = counterChanges(rows, { answers, changes }, { ...batch, opened });
  await writeRepairs(transaction, changes.repairs);
  await transaction.commit(opened.xid, {
    sql: WRITE_SQL,
    parameters: [opened.xid, ...packChanges(changes, counters)],
  });
  remember(known, changes);
  if (batch.reach !== "own") known.isUsedUp = counters.isUsedUp;
  return { answers, changes };
}

/** As text: the driver would make JSON of JSON. */
const WRITE_SQL = `select purser_write_batch(${[
  ...["text", "bigint[]", "bigint[]", "bigint[]", "json", "json", "json", "json", "bigint[]"],
  ...Array.from({ length: 13 }, () => "json"),
  "bigint",
]
  .map((type, index) => `$${index + 1}::text::${type}`)
  .join(", ")})`;

/** The rules are pure, so they may run on rows that are not whole, to find out what they need. */
async function decide(
  node: LedgerNode,
  transaction: Transaction,
  rows: PostgresRows,
  operations: readonly Operation[],
): Promise<Committed> {
  for (let pass = 1; pass <= PASSES_MOST; pass += 1) {
    let result: Committed | undefined;
    let fault: unknown;
    try {
      result = applyOperations(rows, operations);
    } catch (cause) {
      fault = cause;
    }
    if (rows.misses.isEmpty) {
      if (result === undefined) throw fault;
      return result;
    }
    await readMisses(node, transaction, rows, rows.takeMisses());
  }
  throw new Error("The rules went on asking for rows that are not there.");
}

async function readMisses(
  node: LedgerNode,
  transaction: Transaction,
  rows: PostgresRows,
  misses: Misses,
): Promise<void> {
  const plans = misses.plans.size === 0 ? undefined : readPlans(node, transaction, misses.plans);
  const request = JSON.stringify({
    ...misses.request((key) => rows.ownerOf(key)),
    node: node.nodeId,
    all: rows.reach !== "own",
    lock: [...misses.buckets.values()].some(({ subject }) => rows.mayBeOfAll(subject)),
  });
  const reading = ask<CountersRead>(
    transaction,
    "select purser_read_batch($1::text::json)::text as answer",
    request,
  );
  const [read] = await Promise.all([reading, plans]);
  rows.add(read, misses);
}

async function readPlans(
  { known }: LedgerNode,
  transaction: Transaction,
  ids: ReadonlySet<number>,
): Promise<void> {
  const list = await transaction.query(
    "select id, plan_id, version, definition from plan_versions where id = any (string_to_array($1, ',')::bigint[])",
    [[...ids].join(",")],
  );
  for (const row of list) {
    // A plan that cannot be read stays unknown, which refuses whoever has it and nobody else.
    const plan = readable(row);
    if (plan !== null) known.plans.set(plan.planVersionId, plan);
  }
}

function readable(row: SqlRow): PlanVersion | null {
  try {
    return planFrom(row);
  } catch {
    return null;
  }
}

async function ask<Read>(transaction: Transaction, sql: string, request: string): Promise<Read> {
  const [row] = await transaction.query(sql, [request]);
  // Written by our own function, as batch-rows.ts describes it.
  return JSON.parse(String(row?.["answer"])) as Read;
}

function remember(known: Known, { marks }: Changes): void {
  for (const mark of marks) {
    const key = markKey(mark);
    const before = known.marks.get(key);
    if (before !== undefined) known.marks.set(key, [...before, mark.threshold]);
  }
}
