/** Counters that every node needs, in shares: each reserves against its own, and looks at all only before a refusal. Pure. */
import type { CounterKey, CounterRow } from "../rules/rows.ts";

/** One node's row of a counter. What it used and held may be negative, where it ended what another node began. */
export interface Share {
  readonly nodeId: string;
  readonly used: bigint;
  readonly held: bigint;
  /** What the node may use and hold; null: never divided. */
  readonly quota: bigint | null;
  /** The version of the limits that it was divided under. */
  readonly epoch: bigint | null;
}

export interface SharedCounter {
  readonly key: CounterKey;
  readonly shares: readonly Share[];
  /** The lowest hard cap that watches it now; null: none, so that nobody can be refused by it. */
  readonly hardCap: bigint | null;
  /** The present version of the limits. */
  readonly epoch: bigint;
}

/** A share after a batch: what its row rises by, and its quota where that is set anew. */
export interface ShareChange {
  readonly key: CounterKey;
  readonly nodeId: string;
  readonly used: bigint;
  readonly held: bigint;
  readonly quota: bigint | null;
  readonly epoch: bigint | null;
}

/**
 * The counter as the rules of `nodeId` may see it. With its own row locked only, what is not this node's to give counts
 * as held: a grant then fits under the node's share, so all nodes' grants fit under the cap. With all rows locked, as it is.
 */
export function visibleCounter(
  counter: SharedCounter,
  nodeId: string,
  isAllLocked: boolean,
): CounterRow {
  const total = totalOf(counter);
  if (isAllLocked || counter.hardCap === null) return { ...counter.key, ...total };
  const elsewhere = counter.hardCap - total.used - total.held - roomFor(counter, nodeId);
  return { ...counter.key, used: total.used, held: total.held + (elsewhere > 0n ? elsewhere : 0n) };
}

/**
 * What the node may hold by itself: its own room, less what others are past theirs. Others' rooms may shrink unseen while
 * they are above nothing, but never below it without all rows locked, so what is past can only become less.
 */
function roomFor(counter: SharedCounter, nodeId: string): bigint {
  let room = 0n;
  for (const share of counter.shares) {
    const own = roomIn(counter, share);
    if (share.nodeId === nodeId || own < 0n) room += own;
  }
  return room;
}

/** Nothing where the share is of other limits than today's. */
function roomIn(counter: SharedCounter, { quota, epoch, used, held }: Share): bigint {
  return quota === null || epoch !== counter.epoch ? 0n : quota - used - held;
}

/**
 * May this change be made with the own row locked only? Not without a row of its own, and not if the node would be past
 * its share: others would give away what is gone.
 */
export function fitsInShare(
  counter: SharedCounter,
  nodeId: string,
  change: { readonly used: bigint; readonly held: bigint },
): boolean {
  if (!counter.shares.some((share) => share.nodeId === nodeId)) return false;
  if (counter.hardCap === null) return true;
  const more = change.used + change.held;
  return more <= 0n || roomFor(counter, nodeId) >= more;
}

/** The one row that a change with the own row locked writes. */
export function ownChange(
  counter: SharedCounter,
  nodeId: string,
  change: { readonly used: bigint; readonly held: bigint },
): ShareChange {
  return { key: counter.key, nodeId, ...change, quota: null, epoch: null };
}

/**
 * With all rows locked: divides what is left after the change among the nodes that live, and takes back what the dead
 * have. Where nothing is left, nobody has room; what was used past the cap stays with this node.
 */
export function divide(
  counter: SharedCounter,
  nodeId: string,
  change: { readonly used: bigint; readonly held: bigint },
  liveNodes: readonly string[],
): ShareChange[] {
  const nodes = [...new Set([...counter.shares.map((share) => share.nodeId), nodeId])];
  const live = new Set([...liveNodes, nodeId]);
  const total = totalOf(counter);
  const { hardCap, epoch, key } = counter;
  const left =
    hardCap === null ? null : hardCap - total.used - total.held - change.used - change.held;
  // Those that live but have no row yet ask for their part when they need it.
  const takers = BigInt(nodes.filter((node) => live.has(node)).length);
  const part = left !== null && left > 0n ? left / takers : 0n;
  return nodes.map((node) => {
    const share = counter.shares.find((one) => one.nodeId === node);
    const rises = node === nodeId ? change : { used: 0n, held: 0n };
    if (left === null) return { key, nodeId: node, ...rises, quota: null, epoch: null };
    const taken = (share?.used ?? 0n) + (share?.held ?? 0n) + rises.used + rises.held;
    const rest = node === nodeId ? left - part * (takers - 1n) : live.has(node) ? part : 0n;
    return { key, nodeId: node, ...rises, quota: taken + rest, epoch };
  });
}

function totalOf(counter: SharedCounter): { used: bigint; held: bigint } {
  let used = 0n;
  let held = 0n;
  for (const share of counter.shares) {
    used += share.used;
    held += share.held;
  }
  return { used, held };
}
