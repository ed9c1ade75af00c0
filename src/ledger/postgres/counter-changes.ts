/** What a batch writes of its counters, and whether it could see enough of them to do so. */
import type { LimitRoom, PreflightVerdict } from "../preflight.ts";
import type { CounterRow, Slot } from "../rules/rows.ts";
import type { OpenedBatch } from "./batch-rows.ts";
import type { Committed } from "./commit-batch.ts";
import type { CounterChanges, CounterSum } from "./pack-changes.ts";
import { type Reach, ReachTooShort } from "./reach.ts";
import type { PostgresRows } from "./rows.ts";
import { divide, fitsInShare, ownChange, type ShareChange, type SharedCounter } from "./shares.ts";

/** Throws `ReachTooShort` where a refusal, or use past this node's share, needs a look at all nodes' rows. */
export function counterChanges(
  rows: PostgresRows,
  result: Committed,
  batch: { readonly reach: Reach; readonly opened: OpenedBatch },
): CounterChanges & { readonly isUsedUp: boolean } {
  const { nodeId } = rows;
  const plain: CounterSum[] = [];
  const changed = new Map<SharedCounter, { used: bigint; held: bigint }>();
  for (const slot of result.changes.counters) {
    const shared = sharedOf(rows, slot);
    if (shared === undefined) {
      const { row, used, held } = slot;
      plain.push({ id: rows.numberOf(row), key: row, used, held });
    } else {
      changed.set(shared.counter, shared.change);
    }
  }
  if (batch.reach === "own") {
    if (needsAll(rows, result)) throw new ReachTooShort("all");
    const shares: ShareChange[] = [];
    for (const [counter, change] of changed) {
      if (!fitsInShare(counter, nodeId, change)) throw new ReachTooShort("all");
      shares.push(ownChange(counter, nodeId, change));
    }
    return { plain, shares, isUsedUp: false };
  }
  const none = { used: 0n, held: 0n };
  const counters = new Set([...rows.shared.values(), ...changed.keys()]);
  const shares = [...counters].flatMap((counter) =>
    divide(counter, nodeId, changed.get(counter) ?? none, batch.opened.live_nodes ?? []),
  );
  return { plain, shares, isUsedUp: isRefusedForAll(rows, result) };
}

function sharedOf(
  rows: PostgresRows,
  slot: Slot,
): { counter: SharedCounter; change: { used: bigint; held: bigint } } | undefined {
  const counter = rows.shared.get(slot.row);
  if (counter !== undefined) {
    return { counter, change: risesOf(slot, slot.row) };
  }
  if (!slot.fresh || !rows.isOfAll(slot.row.subject)) return undefined;
  return { counter: rows.begun(slot.row), change: risesOf(slot, { used: 0n, held: 0n }) };
}

function risesOf(slot: Slot, from: Pick<CounterRow, "used" | "held">) {
  return { used: slot.used - from.used, held: slot.held - from.held };
}

function needsAll(rows: PostgresRows, result: Committed): boolean {
  return isRefusedForAll(rows, result) || isToldOfAll(rows, result);
}

/** Was somebody refused, or given less output, by a counter of which only a share was looked at? */
function isRefusedForAll(rows: PostgresRows, { answers }: Committed): boolean {
  const hasHard = [...rows.shared.values()].some(({ hardCap }) => hardCap !== null);
  if (!hasHard) return false;
  return answers.some(
    (answer) =>
      (answer.kind === "denied" && "limit" in answer && answer.subject !== "customer") ||
      (answer.kind === "granted" && answer.outputCapped),
  );
}

/** Was somebody told what a counter says of which only a share was looked at? */
function isToldOfAll(rows: PostgresRows, { answers }: Committed): boolean {
  if (rows.shared.size === 0) return false;
  return answers.some(
    (answer) =>
      answer.kind === "preflighted" &&
      [answer.allCalls, ...answer.verdicts.map(roomTold)].some(
        (room) => room !== null && room.subject !== "customer",
      ),
  );
}

function roomTold(verdict: PreflightVerdict): Pick<LimitRoom, "subject"> | null {
  if (verdict.kind === "fits") return verdict.nearest;
  return "limit" in verdict ? verdict : null;
}
